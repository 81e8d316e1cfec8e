import { adminOf, type AdminFixtures, type Bench, type ConformanceCase, type RestAnswer } from "../case.ts";
import type { Expected } from "../columns.ts";

const NOBODY = "ffffffff-ffff-4fff-bfff-ffffffffffff";
const PROFILES = "/api/deviceProfile";

/** The REST calls that rollcall makes, and what they refuse (contract, section 6). */
export const REST_CASES: readonly ConformanceCase[] = [
  overRest(
    "info",
    "the server's version and edition",
    { "3.6": "200: version", "3.8": "200: version, type" },
    async ({ rest }) => {
      const { status, body } = await rest("GET", "/api/system/info");
      return `${status}: ${["version", "type"].filter((key) => typeof body[key] === "string").join(", ")}`;
    },
  ),
  overRest("profile", "a profile that does not exist", `404, code 32`, async ({ rest }) =>
    codeOf(await rest("GET", `${PROFILES}/${NOBODY}`)),
  ),
  overRest("profile-id", "an id that is none", "400, code 31", async ({ rest }) =>
    codeOf(await rest("GET", `${PROFILES}/nope`)),
  ),
  overRest(
    "profile-key",
    "a second profile with the same key (D1)",
    "400, code 31",
    async ({ rest, disabled }, bench) =>
      saidOf(await rest("POST", PROFILES, { ...profileBody(bench.name()), provisionDeviceKey: disabled.key })),
  ),
  overRest("profile-nameless", "a profile without a name", "400, code 31", async ({ rest }) =>
    codeOf(await rest("POST", PROFILES, profileBody(""))),
  ),
  overRest("profile-malformed", "malformed JSON", "not 200", async ({ rest }) =>
    (await rest("POST", PROFILES, "nope")).status === 200 ? "200" : "not 200",
  ),
  overRest("device-name", "a second device of the same name", "400, code 31", async (admin, bench) => {
    await admin.preCreate(bench.name());
    return codeOf(await admin.rest("POST", "/api/device", { name: bench.name() }));
  }),
  overRest("device-missing", "a device by a name that nobody has", "404, code 32", async ({ rest }, bench) =>
    codeOf(await rest("GET", `/api/tenant/devices?deviceName=${bench.name()}`)),
  ),
  overRest("credentials-missing", "credentials of a device that does not exist", "404, code 32", async ({ rest }) =>
    codeOf(await rest("GET", `/api/device/${NOBODY}/credentials`)),
  ),
  overRest("delete-missing", "deleting a device that does not exist", "404, code 32", async ({ rest }) =>
    codeOf(await rest("DELETE", `/api/device/${NOBODY}`)),
  ),
  overRest("page-size", "a page of no size", "400, code 31", async ({ rest }) =>
    codeOf(await rest("GET", "/api/deviceProfiles?pageSize=0&page=0")),
  ),
  overRest("api-key", "API keys", { "3.6": "none", "4.3": "there" }, async ({ rest }) => {
    // Without a user no key is made, but a server that knows keys says so in another way.
    return (await rest("POST", "/api/apiKey", { description: "", enabled: false })).status === 400 ? "there" : "none";
  }),
];

function overRest(
  id: string,
  title: string,
  expected: Expected,
  observe: (admin: AdminFixtures, bench: Bench) => Promise<string>,
): ConformanceCase {
  return {
    id: `rest.${id}`,
    title: `REST: ${title}`,
    row: id === "profile-key" ? "7 D1" : "6 REST",
    needs: ["admin"],
    refusedLogin: false,
    expected,
    observe: (bench) => observe(adminOf(bench), bench),
  };
}

const profileBody = (name: string): object => ({
  name,
  type: "DEFAULT",
  transportType: "DEFAULT",
  provisionType: "DISABLED",
  profileData: {
    configuration: { type: "DEFAULT" },
    transportConfiguration: { type: "DEFAULT" },
    provisionConfiguration: { type: "DISABLED", provisionDeviceSecret: null },
  },
});

function codeOf({ status, body }: RestAnswer): string {
  return `${status}, code ${String(body["errorCode"])}`;
}

function saidOf(answer: RestAnswer): string {
  const text = "Device profile with such provision device key already exists!";
  return answer.body["message"] === text ? codeOf(answer) : `${codeOf(answer)}: ${String(answer.body["message"])}`;
}
