#!/usr/bin/env node
import module from "node:module";
import { run } from "./run.ts";

// Compiled code is kept between runs where Node can do that (22.1): start-up is most of what `godwit status` takes.
if ("enableCompileCache" in module) module.enableCompileCache();

// A reader that closes the pipe (`godwit doctor | head`) has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  environment: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});
