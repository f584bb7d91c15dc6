import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** PEM texts. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  /** The authority that issued it. */
  readonly authority: string;
}

/**
 * Makes an authority and a server's certificate issued by it, with openssl.
 *
 * @param names of the server: `["DNS:localhost", "IP:127.0.0.1"]`
 */
export async function makeCertificate(names: readonly string[]): Promise<TestCertificate> {
  const directory = await mkdtemp(join(tmpdir(), "godwit-certificate-"));
  const openssl = (...args: string[]) => run("openssl", args, { cwd: directory });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  try {
    await openssl(
      "req",
      "-x509",
      ...key,
      "-keyout",
      "ca.key",
      "-out",
      "ca.crt",
      "-days",
      "2",
      "-subj",
      "/CN=Test",
    );
    await openssl(
      "req",
      "-new",
      ...key,
      "-keyout",
      "server.key",
      "-out",
      "server.csr",
      "-subj",
      "/CN=server",
    );
    await writeFile(join(directory, "names"), `subjectAltName=${names.join(",")}\n`);
    const issuer = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"];
    await openssl("x509", "-req", "-in", "server.csr", ...issuer, "-days", "2", "-out", "server.crt");
    const read = (name: string) => readFile(join(directory, name), "utf8");
    return { cert: await read("server.crt"), key: await read("server.key"), authority: await read("ca.crt") };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
