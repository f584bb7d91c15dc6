const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Cleans up when a person or a supervisor stops this process while something of ours lies on somebody's server. Then
 * the signal has its usual effect. A second signal has it at once.
 *
 * @param clean is given three seconds
 * @returns what ends the watch
 */
export function cleanOnSignals(clean: () => Promise<void>): () => void {
  const ends: (() => void)[] = [];
  const stop = () => {
    for (const end of ends) end();
  };
  for (const signal of signals) {
    const listener = () => {
      stop();
      const raise = () => {
        // Another listener, if there is one, decides when to end.
        if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
      };
      const limit = setTimeout(raise, 3_000);
      void clean().finally(() => {
        clearTimeout(limit);
        raise();
      });
    };
    process.once(signal, listener);
    ends.push(() => process.removeListener(signal, listener));
  }
  return stop;
}
