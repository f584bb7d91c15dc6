import { cleanLine } from "./clean.ts";
import { errorContext } from "./codes.ts";
import { conclude } from "./conclusions.ts";
import { progressOf, votesOf } from "./context.ts";
import {
  choose,
  type EngineName,
  type Facts,
  type Failure,
  type FrameworkName,
  type Scope,
  type Sign,
} from "./failure.ts";
import { type Match, Matcher, type SignIndex } from "./matcher.ts";
import { Notes } from "./notes.ts";
import type { Piece } from "./pieces.ts";
import { Repetition } from "./repetition.ts";
import { type Evidence, type Place, Sighting } from "./sighting.ts";
import { Wrapped } from "./wrapped.ts";

/** A failure which the log shows. */
interface Recognised {
  readonly failure: Failure;
  readonly title: string;
  readonly facts: Facts;
  readonly evidence: readonly Evidence[];
  /** How often it happened. */
  readonly times: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** The failure which this one is the cause of, where both tell of one event: what a failed migration failed with. */
  readonly detailOf?: string;
}

/** What a log shows. Failures: root causes first. */
export interface Recognition {
  readonly framework?: FrameworkName;
  readonly engine?: EngineName;
  readonly failures: readonly Recognised[];
}

/** What is remembered of each service whose lines are mixed in one log. */
interface Service {
  readonly name: string;
  texts: number;
  /** Where a migration or seeder last said that it runs; -1 when it is done. */
  running: number;
  migration: Readonly<Record<string, string>>;
  errorAt: number;
  /** What is printed now repeats an error that was printed before: an exception's cause. */
  readonly repetition: Repetition;
  /** Failures just seen, whose facts the next lines may tell. */
  recent: { sighting: Sighting; until: number }[];
  readonly wrapped: Wrapped;
}

const mostServices = 64;
/** How far from a migration's own words a line still belongs to it. */
const duringTexts = 200;
const errorTexts = 40;
const factTexts = 12;

/** Reads a log piece by piece, in memory that does not grow with it, and says at the end what it shows. */
export class Recogniser {
  readonly #index: SignIndex;
  readonly #matcher: Matcher;
  readonly #services = new Map<string, Service>();
  readonly #strong = new Map<Failure, Sighting>();
  readonly #weak = new Map<Sign, { failure: Failure; sighting: Sighting }>();
  readonly #votes = new Map<string, number>();
  readonly #notes = new Notes();
  #lastService = "";

  constructor(index: SignIndex) {
    this.#index = index;
    this.#matcher = new Matcher(index);
  }

  read(piece: Piece): void {
    const clean = cleanLine(piece.text);
    const name = piece.continues ? this.#lastService : clean.service;
    this.#lastService = name;
    const service = this.#service(name);
    for (const text of clean.texts) this.#text(service, piece.line, text);
  }

  finish(): Recognition {
    const seen = new Map(this.#strong);
    for (const [sign, { failure, sighting }] of this.#weak) {
      if (seen.has(failure) || sign.otherwise) continue;
      const beside = [...this.#strong].find(([{ id }]) => sign.besides?.includes(id));
      if (beside !== undefined && (!sign.afterwards || sighting.last >= beside[1].first))
        seen.set(failure, sighting);
    }
    const origin = this.#origin();
    for (const [failure, sighting] of conclude(this.#index.failures, seen, this.#notes))
      seen.set(failure, sighting);
    if (seen.size === 0) {
      for (const [sign, { failure, sighting }] of this.#weak) if (sign.otherwise) seen.set(failure, sighting);
    }
    // What a more particular failure explains is not the general one as well, unless that happened more often.
    for (const [failure, sighting] of [...seen]) {
      for (const [general, other] of [...seen]) {
        if (failure.insteadOf?.includes(general.id) && other.times <= sighting.times) seen.delete(general);
      }
    }
    const wrapper = [...seen].find(([{ id }]) => id === "failed-migration" || id === "cannot-replay");
    const failures = this.#index.failures.flatMap((failure) => {
      const sighting = seen.get(failure);
      if (sighting === undefined) return [];
      const isDetail =
        wrapper !== undefined &&
        failure !== wrapper[0] &&
        !failure.consequence &&
        isInside(sighting, wrapper[1]);
      return [recognised(failure, sighting, isDetail ? wrapper[0].id : undefined)];
    });
    return { ...origin, failures };
  }

  #service(name: string): Service {
    const key = this.#services.size < mostServices || this.#services.has(name) ? name : "";
    const known = this.#services.get(key);
    if (known !== undefined) return known;
    const service: Service = {
      name: key,
      texts: 0,
      running: -1,
      migration: {},
      errorAt: -1,
      repetition: new Repetition(),
      recent: [],
      wrapped: new Wrapped(),
    };
    this.#services.set(key, service);
    return service;
  }

  #text(service: Service, line: number, text: string): void {
    service.texts += 1;
    this.#notes.read(line, service.name, text);
    service.repetition.read(text);
    const interesting = this.#index.interests(text);
    const matches = interesting ? this.#matcher.matches(text) : [];
    if (interesting) this.#context(service, text);
    if (service.recent.length > 0) this.#followUp(service, text);
    const counted = this.#count(service, line, text, matches);
    for (const joined of service.wrapped.join(line, text, counted.size > 0)) {
      if (!this.#index.interests(joined.text)) continue;
      const known = new Set([...joined.counted, ...counted]);
      const found = this.#matcher.matches(joined.text);
      for (const { sign, failure, facts } of found) {
        if (known.has(sign)) this.#learn(this.#strong.get(failure), facts);
      }
      const fresh = found.filter(({ sign }) => !known.has(sign));
      for (const sign of this.#count(service, joined.line, joined.text, fresh, true)) counted.add(sign);
    }
    service.wrapped.remember(line, text, counted);
  }

  #context(service: Service, text: string): void {
    for (const [of, weight] of votesOf(text)) this.#votes.set(of, (this.#votes.get(of) ?? 0) + weight);
    if (errorContext.test(text)) service.errorAt = service.texts;
    const progress = progressOf(text);
    if (progress === undefined) return;
    service.running = progress.ended ? -1 : service.texts;
    if (progress.ended) service.migration = {};
    else if (Object.keys(progress.facts).length > 0) service.migration = { ...progress.facts };
  }

  /** The lines after a failure name its migration, its constraint, its rows. */
  #followUp(service: Service, text: string): void {
    service.recent = service.recent.filter(({ until }) => service.texts <= until);
    const told = [...details, ...namings].map((pattern) => pattern.exec(text)?.groups);
    for (const facts of told) {
      if (facts === undefined) continue;
      for (const { sighting } of service.recent) {
        const fresh = Object.entries(facts).filter(([name]) => !sighting.knows(name));
        this.#learn(sighting, Object.fromEntries(fresh));
      }
    }
  }

  #count(
    service: Service,
    line: number,
    text: string,
    matches: readonly Match[],
    repeats = false,
  ): Set<Sign> {
    const counted = new Set<Sign>();
    const place: Place = { line, service: service.name, at: service.texts };
    for (const { failure, sign, facts, needsError } of matches) {
      if (needsError && !this.#hasError(service, text)) continue;
      if (sign.during && !(service.running >= 0 && service.texts - service.running <= duringTexts)) continue;
      const sighting = this.#sighting(failure, sign);
      sighting.see(place, text, repeats || service.repetition.isOpen);
      this.#learn(sighting, facts);
      this.#learn(sighting, service.migration);
      counted.add(sign);
      if (sign.framework) this.#votes.set(sign.framework, (this.#votes.get(sign.framework) ?? 0) + 3);
      if (sign.engine) this.#votes.set(sign.engine, (this.#votes.get(sign.engine) ?? 0) + 1);
      if (!service.recent.some((one) => one.sighting === sighting)) {
        service.recent.push({ sighting, until: service.texts + factTexts });
      }
    }
    return counted;
  }

  #hasError(service: Service, text: string): boolean {
    return errorContext.test(text) || (service.errorAt >= 0 && service.texts - service.errorAt <= errorTexts);
  }

  #sighting(failure: Failure, sign: Sign): Sighting {
    if (sign.besides !== undefined || sign.otherwise) {
      const weak = this.#weak.get(sign) ?? { failure, sighting: new Sighting() };
      this.#weak.set(sign, weak);
      return weak.sighting;
    }
    const sighting = this.#strong.get(failure) ?? new Sighting();
    this.#strong.set(failure, sighting);
    return sighting;
  }

  #learn(sighting: Sighting | undefined, facts: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(facts)) if (value !== undefined) sighting?.learn(name, value);
  }

  #origin(): Scope {
    const best = <Name extends string>(names: readonly Name[]): Name | undefined => {
      const ranked = names
        .map((name) => ({ name, votes: this.#votes.get(name) ?? 0 }))
        .sort((a, b) => b.votes - a.votes);
      const [first, second] = ranked;
      return first !== undefined && first.votes > (second?.votes ?? 0) ? first.name : undefined;
    };
    const framework = best<FrameworkName>(["prisma", "rails", "typeorm", "alembic", "laravel"]);
    const engine = best<EngineName>(["postgres", "mysql", "sqlite"]);
    return { ...(framework && { framework }), ...(engine && { engine }) };
  }
}

/** Facts which stand on the lines after the failure's own. */
const details: readonly RegExp[] = [
  /Key \((?<column>[^()]{1,120})\)=\((?<value>[^()]{1,120})\)/,
  /\bconstraint["']?: ["'](?<constraint>[^"']{1,128})["']/,
  /\btable["']?: ["'](?<table>[^"']{1,128})["']/,
  /\bcolumn["']?: ["'](?<column>[^"']{1,128})["']/,
  /Process (?<pid>\d{1,10}) waits for/,
  /blocked by process (?<blocker>\d{1,10})/,
];
const namings: readonly RegExp[] = [
  /Migration name: (?<migration>[^\s]{1,200})/,
  /The `(?<migration>[^`]{1,200})` migration started at (?<startedAt>[\d-]{10} [\d:.]{8,16}(?: UTC)?) failed/,
  /\bdb\/(?:migrate|data)\/(?<migration>\d{1,17}_\w{1,120})\.rb:\d/,
  /Migration "(?<migration>[^"]{1,200})" failed, error/,
];

const insideTexts = 60;

function isInside(sighting: Sighting, wrapper: Sighting): boolean {
  const [a, b] = [sighting.latest, wrapper.latest];
  return (
    a !== undefined && b !== undefined && a.service === b.service && Math.abs(a.at - b.at) <= insideTexts
  );
}

function recognised(failure: Failure, sighting: Sighting, detailOf: string | undefined): Recognised {
  return {
    failure,
    title: failure.title(sighting.facts),
    facts: sighting.facts,
    evidence: sighting.evidence,
    times: sighting.times,
    firstLine: sighting.first,
    lastLine: sighting.last,
    ...(detailOf !== undefined && { detailOf }),
  };
}

/** The command and the cure which fit this log's framework and engine. */
export function adviceFor(failure: Failure, origin: Scope): { command: string; shows: string; cure: string } {
  const probe = choose(failure.tellApart, origin);
  const cure = choose(failure.cure, origin);
  return { command: probe?.command ?? "", shows: probe?.shows ?? "", cure: cure?.text ?? "" };
}
