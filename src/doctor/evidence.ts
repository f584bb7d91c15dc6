import type { Access, ServerFacts, Surroundings } from "../engines/engine.ts";
import type { Interrupted } from "../executor/interrupted.ts";
import type { FrameworkCommands, FrameworkFeatures } from "../frameworks/framework.ts";
import type { Entry } from "../migration/compare.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import type { Ground } from "../shadow/ground.ts";
import type { ClientCommand } from "../sql/client-command.ts";
import type { Location } from "../timeline/locate/locate.ts";
import type { Timeline } from "../timeline/timeline.ts";
import type { DriftWay } from "./drift/way.ts";
import type { Edit, Fitting } from "./origins/origins.ts";
import type { LackingFor } from "./privileges/lacking-for.ts";
import type { LookedAt } from "./rows/look.ts";

/** All that the checks may know. It was read before; nothing here does anything. */
export interface Evidence {
  readonly framework: {
    readonly title: string;
    readonly features: FrameworkFeatures;
    readonly commands: FrameworkCommands;
  };
  readonly server: ServerFacts;
  /** The schema in which the project's migrations run. */
  readonly schema: string;
  /** Files and history side by side. */
  readonly entries: readonly Entry[];
  readonly history: {
    readonly table: string;
    /** `locked`: it is there, and another session keeps everybody from reading it. */
    readonly outcome: "read" | "no-table" | "locked";
  };
  readonly snapshot: Snapshot;
  readonly surroundings: Surroundings;
  /** How the database is reached; absent where nobody asked. */
  readonly access?: Access;
  readonly replay: Replay;
  /** History tables of other frameworks or projects which are in the database. */
  readonly otherHistories: readonly string[];
  /** Other schemas whose history table names migrations of this project. */
  readonly ownElsewhere: readonly string[];
  /** What became of files that were edited after they had been applied; absent where nothing was replayed. */
  readonly edits?: readonly Edit[];
  /** Releases of the project to which the history belongs; absent where version control was not asked, or not at hand. */
  readonly fitting?: readonly Fitting[];
  /** In the file that the replay was refused: what only the database's own client understands. */
  readonly clientCommand?: ClientCommand;
  /** Rows in the way of what is still to be executed; absent where none were looked at. */
  readonly rows?: readonly LookedAt[];
  /** What can become of what a hand has changed; absent where nothing was. */
  readonly ways?: readonly DriftWay[];
  /** Of what a hand has changed, what somebody chose to keep as it is, with the moment of the choice. */
  readonly kept?: ReadonlyMap<string, string>;
  /** Rights which the role lacks for what is still to be executed; absent where nobody asked. */
  readonly lacking?: readonly LackingFor[];
  /** A repair of Godwit's own whose journal does not tell its end, with what is known of it in words. */
  readonly interrupted?: Interrupted & { readonly words: string };
}

/** What came of replaying the migrations on a shadow database. */
export type Replay =
  | {
      readonly outcome: "replayed" | "cached";
      readonly timeline: Timeline;
      readonly location: Location;
      /** What others have in the database and the migrations stand on; absent: they need nothing. */
      readonly ground?: Ground;
    }
  | { readonly outcome: "cannot-replay"; readonly reason: string; readonly remedy: string };
