import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RepairResult } from "../../src/workflows/repair-result.ts";
import type { Diagnosis } from "../../src/workflows/result.ts";
import type { Database } from "./database.ts";
import { documentOf, godwit, newDirectory, type Said, writeProject } from "./godwit.ts";
import type { MigrationFile } from "./prisma-history.ts";

const run = promisify(execFile);

/** A project of Prisma's in a git repository. */
export class Repository {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async create(files: readonly MigrationFile[]): Promise<Repository> {
    const repository = new Repository(await writeProject(files));
    await repository.git("init", "--quiet", "--initial-branch=main");
    return repository;
  }

  /** The project's migrations are these, and nothing else. */
  async write(files: readonly MigrationFile[]): Promise<void> {
    const place = join(this.directory, "prisma/migrations");
    await rm(place, { recursive: true });
    for (const { name, sql } of files) {
      await mkdir(join(place, name), { recursive: true });
      await writeFile(join(place, name, "migration.sql"), sql);
    }
  }

  /** Commits all that is there. */
  async commit(tag?: string): Promise<void> {
    await this.git("add", "--all");
    const who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"];
    await this.git(...who, "commit", "--quiet", "--allow-empty", "--message", tag ?? "a change");
    if (tag !== undefined) await this.git("tag", tag);
  }

  async git(...args: readonly string[]): Promise<string> {
    const { stdout } = await run("git", [...args], { cwd: this.directory });
    return stdout;
  }

  async doctor({ url }: Database): Promise<Diagnosis & Said> {
    const said = await godwit(["doctor", "--json", "--project", this.directory, "--database", url]);
    return { ...documentOf<Diagnosis>(said), ...said };
  }

  async repair({ url }: Database, ...args: readonly string[]): Promise<RepairResult & Said> {
    const state = await newDirectory("state");
    const said = await godwit([
      ...["repair", "--json", "--yes", "--project", this.directory, "--database", url, "--state-dir", state],
      ...args,
    ]);
    return { ...documentOf<RepairResult>(said), ...said };
  }
}
