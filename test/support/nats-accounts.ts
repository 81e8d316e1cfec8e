import { nkeys } from "@nats-io/transport-node";

/** Who may use a NATS server, as its administrator writes it down: accounts as JWTs (ADR-14), and the file of a user. */
export interface NatsAccounts {
  /** Lines of the server's configuration. */
  readonly config: string;
  /** Contents of the user's .creds file. */
  readonly creds: string;
  /** The user's secret in it. */
  readonly seed: string;
}

type KeyPair = ReturnType<typeof nkeys.createAccount>;

const NO_LIMITS = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const STORAGE = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/** An operator with an account that may use JetStream, and one user of it; as `nsc` makes them. */
export function createNatsAccounts(): NatsAccounts {
  const [operator, system, account] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createAccount()];
  const user = nkeys.createUser();
  const operatorJwt = sign(operator, operator, "operator", { system_account: system.getPublicKey() });
  const accounts = [
    [system, sign(operator, system, "account", { limits: NO_LIMITS })],
    [account, sign(operator, account, "account", { limits: { ...NO_LIMITS, ...STORAGE } })],
  ] as const;
  const userJwt = sign(account, user, "user", { subs: -1, data: -1, payload: -1, pub: {}, sub: {} });
  const seed = new TextDecoder().decode(user.getSeed());
  return {
    config: [
      `operator: ${operatorJwt}`,
      `system_account: ${system.getPublicKey()}`,
      "resolver: MEMORY",
      `resolver_preload: { ${accounts.map(([keys, jwt]) => `${keys.getPublicKey()}: ${jwt}`).join(", ")} }`,
    ].join("\n"),
    creds: [
      "-----BEGIN NATS USER JWT-----",
      userJwt,
      "------END NATS USER JWT------",
      "-----BEGIN USER NKEY SEED-----",
      seed,
      "------END USER NKEY SEED------",
      "",
    ].join("\n"),
    seed,
  };
}

function sign(issuer: KeyPair, subject: KeyPair, type: string, claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = part({ typ: "JWT", alg: "ed25519-nkey" });
  const body = part({
    jti: `rollcall-${type}`,
    iat: 1_790_000_000,
    iss: issuer.getPublicKey(),
    name: type,
    sub: subject.getPublicKey(),
    nats: { ...claims, type, version: 2 },
  });
  const signature = issuer.sign(new TextEncoder().encode(`${head}.${body}`));
  return `${head}.${body}.${Buffer.from(signature).toString("base64url")}`;
}
