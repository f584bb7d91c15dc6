#!/usr/bin/env node
import module from "node:module";

// Compiled code is kept between runs where Node can do that (22.1): start-up is most of what `godwit status` takes.
// What is imported statically is compiled before the first line here runs, so the rest is imported afterwards.
if ("enableCompileCache" in module) module.enableCompileCache();
const { run } = await import("./run.ts");

// A reader that closes the pipe (`godwit doctor | head`) has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  environment: process.env,
  // Node opens these when they are first asked for; most commands need neither.
  get stdin() {
    return process.stdin;
  },
  get stderr() {
    return process.stderr;
  },
  stdout: process.stdout,
});
