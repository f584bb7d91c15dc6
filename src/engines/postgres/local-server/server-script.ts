/**
 * The shell script that owns a server's directory and the server. It takes orders, a line each, on its standard input:
 * `initdb` makes the data directory (the answer is `made` or `failed`), `start` starts the server. When the input ends, because
 * the process at its other end closed it or is no more, for whatever reason, it stops the server and removes the
 * directory. So nothing outlives us, not even when we are killed.
 *
 * Arguments: the directory, the programs' directory, the encoding; then the server's settings.
 *
 * - Each order is read by the shell itself (`read` takes byte by byte), nothing is lost in a buffer.
 * - A locale which this system lacks, or which does not go with the encoding, makes initdb stop at once; C always works.
 * - The answer comes from a subshell, which SIGPIPE ends alone when nobody is there to read it.
 * - SIGQUIT is the immediate shutdown: there is nothing to save.
 *   https://www.postgresql.org/docs/current/server-shutdown.html
 */
export const serverScript = `
directory=$1 binaries=$2 encoding=$3
shift 3
exec 3<&0
while read -r order <&3; do
  case $order in
  initdb)
    outcome=failed
    for locale in C.UTF-8 C; do
      "$binaries/initdb" -D "$directory/data" --no-sync --username=godwit --auth=trust --wal-segsize=1 \\
        --locale="$locale" --encoding="$encoding" </dev/null >"$directory/log" 2>&1 &&
        outcome=made && break
      rm -rf "$directory/data"
    done
    (echo "$outcome")
    ;;
  start)
    "$binaries/postgres" -D "$directory/data" -k "$directory" "$@" 3<&- </dev/null >"$directory/log" 2>&1 &
    server=$!
    { read -r order <&3; kill -QUIT "$server"; } >/dev/null 2>&1 &
    watch=$!
    wait "$server"
    kill "$watch" 2>/dev/null
    break
    ;;
  esac
done
tail -n 5 "$directory/log" >&2 2>/dev/null
cd /
rm -rf "$directory"
`;

/**
 * Settings of a server which holds nothing that must outlive it. All are known to every version from 13 to 18, but
 * those that name their version.
 */
export function serverSettings(major: number): string[] {
  const settings = {
    listen_addresses: "",
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    // CREATE PUBLICATION works with a warning; replication slots, which belong to the server, do not.
    wal_level: "minimal",
    max_wal_senders: "0",
    max_logical_replication_workers: "0",
    autovacuum: "off",
    jit: "off",
    max_connections: "20",
    shared_buffers: "32MB",
    // A migration may create thousands of objects in one transaction, each with locks of its own.
    max_locks_per_transaction: "1024",
    // Not in /dev/shm, which containers often make small, and in which a killed server would leave something behind.
    dynamic_shared_memory_type: "mmap",
    max_parallel_maintenance_workers: "0",
    logging_collector: "off",
    log_destination: "stderr",
    // What starting and stopping says, but not the errors of the migrations.
    log_min_messages: "log",
    log_checkpoints: "off",
    log_timezone: "UTC",
    timezone: "UTC",
    lc_messages: "C",
    update_process_title: "off",
    ...(major >= 18 && { io_method: "sync" }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
