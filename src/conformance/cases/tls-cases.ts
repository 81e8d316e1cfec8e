import {
  type AdminFixtures,
  adminOf,
  type Authority,
  type Bench,
  type ConformanceCase,
  type Identity,
  type TlsFixtures,
} from "../case.ts";
import { fieldText } from "../answer.ts";
import type { Expected } from "../columns.ts";
import type { Conversation } from "../conversation.ts";
import { ask, provision, requestText } from "../requests.ts";
import { credentialsOf } from "./rest-answers.ts";

const ADMITTED = "CONNACK 0";
const REFUSED = {
  v3: "CONNACK 5, then close",
  v5: { "3.6": "CONNACK 0x87, then close", "3.7": "CONNACK 0x87, DISCONNECT 0x87, then close" },
} as const;

const NAMELESS = { clientId: "any" };

/** MQTT over TLS: logins with certificates (contract, section 4), and provisioning by a chain of them (section 3, row X1). */
export const TLS_CASES: readonly ConformanceCase[] = [
  ...overTls("create", "a new device, over TLS", "7 M2", "PUBACK, SUCCESS ACCESS_TOKEN", async (bench) => {
    const request = requestText(bench.fixtures.profile, { deviceName: bench.name() });
    return (await ask(bench.openTls("3.1.1", undefined), request)).text;
  }),
  ...overTls(
    "create-certificate",
    "a new device, from a client with a certificate",
    "1 entering provision mode",
    "PUBACK, SUCCESS ACCESS_TOKEN",
    async (bench) => {
      const request = requestText(bench.fixtures.profile, { deviceName: bench.name() });
      return (await ask(bench.openTls("3.1.1", await ownCertificate(bench)), request)).text;
    },
  ),
  ...overTls("token", "an access token, over TLS", "4 login", ADMITTED, async (bench) => {
    const { credentialsValue } = await provision(bench, { deviceName: bench.name() });
    return bench.openTls("3.1.1", undefined).connect({ ...NAMELESS, username: fieldText(credentialsValue) });
  }),
  ...withVersions(
    "certificate",
    "the certificate that was provisioned",
    "4 login, X509",
    { v3: ADMITTED, v5: ADMITTED },
    async (bench, open) => {
      const identity = await ownCertificate(bench);
      await provision(bench, {
        deviceName: bench.name(),
        credentialsType: "X509_CERTIFICATE",
        hash: identity.certificate,
      });
      return open(identity).connect(NAMELESS);
    },
  ),
  ...withVersions(
    "certificate-unknown",
    "a certificate that nobody knows",
    "4 CONNACK, X.509 rejected",
    { ...REFUSED, refused: true },
    async (bench, open) => open(await ownCertificate(bench)).connect(NAMELESS),
  ),
  ...withVersions(
    "certificate-expired",
    "the certificate that was provisioned, which has expired",
    "4 CONNACK, X.509 expired",
    { ...REFUSED, refused: true },
    async (bench, open) => {
      const identity = await tlsOf(bench).expired(bench.name(), bench.name());
      await provision(bench, {
        deviceName: bench.name(),
        credentialsType: "X509_CERTIFICATE",
        hash: identity.certificate,
      });
      return open(identity).connect(NAMELESS);
    },
  ),
  ...withVersions(
    "certificate-and-token",
    "an access token, from a client with a certificate that nobody knows",
    "4 CONNACK, X.509 rejected",
    { ...REFUSED, refused: true },
    async (bench, open) => {
      const { credentialsValue } = await provision(bench, { deviceName: bench.name() });
      return open(await ownCertificate(bench)).connect({ ...NAMELESS, username: fieldText(credentialsValue) });
    },
  ),
  ...byChain(
    "chain-create",
    "a device that does not exist yet",
    "7 X1",
    ADMITTED,
    "creating",
    async ({ first, open }) => {
      return open(await first()).connect(NAMELESS);
    },
  ),
  ...byChain(
    "chain-name",
    "the device's name, out of its certificate",
    "7 X1",
    "named as in the certificate",
    "creating",
    async ({ first, open, name, admin }) => {
      await open(await first()).connect(NAMELESS);
      return (await admin.gatewayFlag(name)) === undefined ? "no such device" : "named as in the certificate";
    },
  ),
  ...byChain(
    "chain-again",
    "the same certificate again, without its authority",
    "7 X2",
    ADMITTED,
    "creating",
    async ({ first, open }) => {
      const identity = await first();
      await open(identity).connect(NAMELESS);
      return open(leafOf(identity)).connect(NAMELESS);
    },
  ),
  ...byChain(
    "chain-renew",
    "another certificate of a device that exists",
    "7 X1",
    "CONNACK 0, credentials updated",
    "creating",
    async ({ first, second, open, name, admin }) => {
      await open(await first()).connect(NAMELESS);
      const { credentialsId: before } = await credentialsOf(admin, name);
      const came = await open(await second()).connect(NAMELESS);
      const { credentialsId: after } = await credentialsOf(admin, name);
      return `${came}, credentials ${before === after ? "as before" : "updated"}`;
    },
  ),
  ...byChain(
    "chain-old",
    "the certificate of before, when there is another",
    "7 X1",
    REFUSED.v3,
    "creating",
    async ({ first, second, open }) => {
      const old = await first();
      await open(old).connect(NAMELESS);
      await open(await second()).connect(NAMELESS);
      return open(leafOf(old)).connect(NAMELESS);
    },
    true,
  ),
  ...byChain(
    "chain-forbidden",
    "a device that does not exist, where none may be made",
    "7 X1",
    `${REFUSED.v3}; no such device`,
    "knowing",
    async ({ first, open, name, admin }) => {
      const came = await open(await first()).connect(NAMELESS);
      return `${came}; ${(await admin.gatewayFlag(name)) === undefined ? "no such device" : "there all the same"}`;
    },
    true,
  ),
  ...byChain(
    "chain-known",
    "another certificate of a device that was made before, where none may be made",
    "7 X1",
    `${ADMITTED}, credentials updated`,
    "knowing",
    async ({ first, second, open, name, admin, profile }) => {
      const device = { name, deviceProfileId: { entityType: "DEVICE_PROFILE", id: profile.id } };
      const { certificate } = leafOf(await first());
      const credentials = { credentialsType: "X509_CERTIFICATE", credentialsValue: certificate };
      await admin.rest("POST", "/api/device-with-credentials", { device, credentials });
      const { credentialsId: before } = await credentialsOf(admin, name);
      const came = await open(await second()).connect(NAMELESS);
      const { credentialsId: after } = await credentialsOf(admin, name);
      return `${came}, credentials ${before === after ? "as before" : "updated"}`;
    },
  ),
  ...byChain(
    "chain-other-name",
    "a common name that the profile's pattern does not fit",
    "7 X1",
    REFUSED.v3,
    "creating",
    async ({ tls, open, name }) => {
      return open(await tls.certify(`${name}.example.org`, name, "creating")).connect(NAMELESS);
    },
    true,
  ),
];

interface Chain {
  readonly tls: TlsFixtures;
  readonly admin: AdminFixtures;
  readonly profile: { readonly id: string };
  /** The device's. */
  readonly name: string;
  /** Two certificates of the device's, with their authority behind them. */
  readonly first: () => Promise<Identity>;
  readonly second: () => Promise<Identity>;
  readonly open: (identity: Identity) => Conversation;
}

function byChain(
  id: string,
  title: string,
  row: string,
  expected: string,
  authority: Authority,
  observe: (chain: Chain) => Promise<string>,
  refusedLogin = false,
): readonly ConformanceCase[] {
  return overTls(
    id,
    `a chain of certificates: ${title}`,
    row,
    expected,
    (bench) => {
      const admin = adminOf(bench);
      const tls = tlsOf(bench);
      const profile = admin.chains?.[authority];
      if (profile === undefined) throw new Error("a case uses a chain without needing one");
      const [before, behind] = profile.around;
      const name = bench.name();
      const certify = (text: string) => tls.certify(`${before}${name}${behind}`, `${name}/${text}`, authority);
      return observe({
        tls,
        admin,
        profile,
        name,
        first: () => certify("first"),
        second: () => certify("second"),
        open: (identity) => bench.openTls("3.1.1", identity),
      });
    },
    ["chains"],
    refusedLogin,
  );
}

function overTls(
  id: string,
  title: string,
  row: string,
  expected: Expected,
  observe: (bench: Bench) => Promise<string>,
  needs: ConformanceCase["needs"] = ["tls"],
  refusedLogin = false,
): readonly ConformanceCase[] {
  return [{ id: `tls.${id}@3.1.1`, title: `${title}, MQTT 3.1.1`, row, needs, refusedLogin, expected, observe }];
}

function withVersions(
  id: string,
  title: string,
  row: string,
  expected: { readonly v3: Expected; readonly v5: Expected; readonly refused?: boolean },
  observe: (bench: Bench, open: (identity: Identity) => Conversation) => Promise<string>,
): readonly ConformanceCase[] {
  return (["3.1.1", "5"] as const).map((version) => ({
    id: `tls.${id}@${version}`,
    title: `login: ${title}, MQTT ${version}`,
    row,
    needs: ["tls"],
    refusedLogin: expected.refused === true,
    expected: version === "5" ? expected.v5 : expected.v3,
    observe: (bench) => observe(bench, (identity) => bench.openTls(version, identity)),
  }));
}

function tlsOf({ fixtures }: Bench): TlsFixtures {
  if (fixtures.tls === undefined) throw new Error("a case uses TLS without needing it");
  return fixtures.tls;
}

/** Signed by itself. */
function ownCertificate(bench: Bench): Promise<Identity> {
  return tlsOf(bench).certify(bench.name(), bench.name());
}

/** Without the authority. */
function leafOf({ certificate, privateKey }: Identity): Identity {
  const [leaf = ""] = certificate.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/) ?? [];
  return { certificate: leaf, privateKey };
}
