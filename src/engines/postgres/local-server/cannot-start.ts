/** Why there can be no server of our own: an expected outcome, which `startLocalServer` turns into its answer. */
export class CannotStart extends Error {
  override readonly name = "CannotStart";
}

/** Whether an error says something about this machine rather than about our program. */
export function isAboutTheMachine(error: unknown): error is Error {
  return error instanceof CannotStart || (error instanceof Error && "syscall" in error);
}
