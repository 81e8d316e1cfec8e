export type Fields = Readonly<Record<string, unknown>>;

export const FAILURE = "FAILURE";
export const TOKEN = "SUCCESS ACCESS_TOKEN";
const LONGEST_NAME = 255;

/** What is asked, made from a text that nothing else has; and the credentials that come back. */
export const CREDENTIALS: readonly (readonly [
  id: string,
  title: string,
  row: string,
  fields: (own: string) => Fields,
  came: string,
  value?: (own: string) => unknown,
])[] = [
  ["server-token", "no credentials", "7 M2", () => ({}), TOKEN],
  ["token", "a token", "7 M4", (own) => ({ credentialsType: "ACCESS_TOKEN", token: own }), TOKEN, (own) => own],
  ["token-untyped", "a token without credentialsType", "2 create", (own) => ({ token: own }), TOKEN, (own) => own],
  [
    "certificate",
    "a certificate, which need not be one",
    "7 M5",
    (own) => ({ credentialsType: "X509_CERTIFICATE", hash: own }),
    "SUCCESS X509_CERTIFICATE",
    (own) => own,
  ],
  [
    "basic",
    "client id, user name and password",
    "7 M6",
    (own) => ({ credentialsType: "MQTT_BASIC", clientId: `c${own}`, username: `u${own}`, password: "p" }),
    "SUCCESS MQTT_BASIC",
    (own) => ({ clientId: `c${own}`, userName: `u${own}`, password: "p" }),
  ],
  [
    "basic-username",
    "a user name alone",
    "2 create",
    (own) => ({ credentialsType: "MQTT_BASIC", username: own }),
    "SUCCESS MQTT_BASIC",
    (own) => ({ clientId: "", userName: own, password: "" }),
  ],
  [
    "basic-client-id",
    "a client id alone",
    "2 create",
    (own) => ({ credentialsType: "MQTT_BASIC", clientId: own }),
    "SUCCESS MQTT_BASIC",
    (own) => ({ clientId: own, userName: "", password: "" }),
  ],
  [
    "basic-number",
    "a password that is a number",
    "2 request",
    (own) => ({ credentialsType: "MQTT_BASIC", username: own, password: 12_345 }),
    "SUCCESS MQTT_BASIC",
    (own) => ({ clientId: "", userName: own, password: "12345" }),
  ],
  ["basic-nothing", "MQTT_BASIC without a field", "2 create", () => ({ credentialsType: "MQTT_BASIC" }), TOKEN],
  ["basic-password", "a password alone", "2 create", () => ({ credentialsType: "MQTT_BASIC", password: "p" }), FAILURE],
  [
    "basic-client-password",
    "client id and password",
    "2 create",
    (own) => ({ credentialsType: "MQTT_BASIC", clientId: own, password: "p" }),
    FAILURE,
  ],
  [
    "basic-token",
    "MQTT_BASIC with a token",
    "2 create",
    (own) => ({ credentialsType: "MQTT_BASIC", token: own }),
    FAILURE,
  ],
  ["token-username", "a user name without credentialsType", "2 create", (own) => ({ username: own }), FAILURE],
  [
    "lwm2m",
    "LWM2M_CREDENTIALS with a token",
    "2 create",
    (own) => ({ credentialsType: "LWM2M_CREDENTIALS", token: own }),
    FAILURE,
  ],
  [
    "lwm2m-nothing",
    "LWM2M_CREDENTIALS without a field",
    "2 create",
    () => ({ credentialsType: "LWM2M_CREDENTIALS" }),
    TOKEN,
  ],
  ["markup-name", "a name with markup", "2 names", (own) => ({ deviceName: `<b>${own}</b>` }), FAILURE],
  [
    "nul-around-name",
    "a name with U+0000 around it, which is trimmed as all up to a space is",
    "2 deviceName is trimmed",
    (own) => ({ deviceName: `\u0000${own}\u0000` }),
    TOKEN,
  ],
  ["unknown-field", "a field that nobody knows", "2 request", () => ({ conformance: true }), TOKEN],
  [
    "longest-name",
    "a name of 255 characters",
    "2 names",
    (own) => ({ deviceName: own.padEnd(LONGEST_NAME, "x") }),
    TOKEN,
  ],
  [
    "long-name",
    "a name of 256 characters",
    "2 names",
    (own) => ({ deviceName: own.padEnd(LONGEST_NAME + 1, "x") }),
    FAILURE,
  ],
];
