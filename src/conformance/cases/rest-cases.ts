import { z } from "zod";
import { NOBODY } from "../../operations/deletion-decision.ts";
import { adminOf, type AdminFixtures, type Bench, type ConformanceCase } from "../case.ts";
import { fieldText } from "../answer.ts";
import type { Expected } from "../columns.ts";
import { codeOf, credentialsOf, type NamedBody, refusedBy, saidOf, valueOf } from "./rest-answers.ts";

const profileSchema = z.object({
  profileData: z.object({ provisionConfiguration: z.object({ provisionDeviceSecret: z.unknown() }) }),
});
const pageSchema = z.object({
  data: z.array(z.object({ name: z.string(), deviceProfileId: z.object({ id: z.string() }) })),
  totalElements: z.number(),
  hasNext: z.boolean(),
});

const PROFILE = "/api/deviceProfile";
const DEVICE = "/api/device";
const IMPORT = "/api/device/bulk_import";

const REFUSED = "400, code 31";
const MISSING = "404, code 32";

const TAKEN = {
  key: "Device profile with such provision device key already exists!",
  profile: "Device profile with such name already exists!",
  device: "Device with such name already exists!",
  credentials: "Device credentials are already assigned to another device!",
} as const;

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
  overRest("user", "who the administrator is", "200: TENANT_ADMIN", async ({ rest }) => {
    const { status, body } = await rest("GET", "/api/auth/user");
    return `${status}: ${fieldText(body["authority"])}`;
  }),
  overRest("usage", "what the tenant uses", "200: devices, maxDevices", async ({ rest }) => {
    const { status, body } = await rest("GET", "/api/usage");
    return `${status}: ${["devices", "maxDevices"].filter((key) => typeof body[key] === "number").join(", ")}`;
  }),
  overRest("profile", "a profile that does not exist", MISSING, async ({ rest }) =>
    codeOf(await rest("GET", `${PROFILE}/${NOBODY}`)),
  ),
  overRest("profile-id", "an id that is none", REFUSED, async ({ rest }) =>
    codeOf(await rest("GET", `${PROFILE}/nope`)),
  ),
  overRest(
    "profile-kept",
    "a profile as it was made",
    "CHECK_PRE_PROVISIONED_DEVICES, key and secret as given",
    async ({ rest, ownProfile, preProvisioned: { key, secret } }) => {
      const answer = await rest("GET", `${PROFILE}/${ownProfile.id}`);
      const { body } = answer;
      const kept = valueOf(profileSchema, answer).profileData.provisionConfiguration.provisionDeviceSecret;
      const same = body["provisionDeviceKey"] === key && kept === secret.reveal();
      return `${fieldText(body["provisionType"])}, key and secret ${same ? "as given" : "other than given"}`;
    },
  ),
  overRest("profile-key", "a second profile with the same key", REFUSED, async (admin, bench) => {
    const body = { ...profileBody(bench.name()), provisionDeviceKey: admin.disabled.key };
    return saidOf(await refusedBy(admin, "deviceProfile", PROFILE, body), TAKEN.key);
  }),
  overRest("profile-name", "a second profile of the same name", REFUSED, async (admin) =>
    saidOf(await refusedBy(admin, "deviceProfile", PROFILE, profileBody(admin.ownProfile.name)), TAKEN.profile),
  ),
  overRest("profile-nameless", "a profile without a name", REFUSED, async (admin) =>
    codeOf(await refusedBy(admin, "deviceProfile", PROFILE, profileBody(""))),
  ),
  overRest("profile-malformed", "malformed JSON", "not 200", async (admin) =>
    (await refusedBy(admin, "deviceProfile", PROFILE, "nope")).status === 200 ? "200" : "not 200",
  ),
  overRest("profile-in-use", "deleting a profile that has devices", REFUSED, async (admin, bench) => {
    await admin.preCreate(bench.name());
    return saidOf(
      await admin.deletions.ofOwnProfile(),
      "The device profile referenced by the devices cannot be deleted!",
    );
  }),
  overRest("delete-profile-missing", "deleting a profile that does not exist", MISSING, async ({ deletions }) =>
    codeOf(await deletions.ofNothing("deviceProfile")),
  ),
  overRest("device-name", "a second device of the same name", REFUSED, async (admin, bench) => {
    await admin.preCreate(bench.name());
    return saidOf(await refusedBy(admin, "device", DEVICE, deviceBody(admin, bench.name())), TAKEN.device);
  }),
  overRest("device-profile-missing", "a device of no profile", "not 200", async (admin, bench) => {
    const body = { name: bench.name(), deviceProfileId: { entityType: "DEVICE_PROFILE", id: NOBODY } };
    return (await refusedBy(admin, "device", DEVICE, body)).status === 200 ? "200" : "not 200";
  }),
  overRest("device-token", "a device with a token of its own", "ACCESS_TOKEN as given", async (admin, bench) => {
    const token = bench.name("t");
    await admin.rest("POST", `${DEVICE}?accessToken=${token}`, deviceBody(admin, bench.name()));
    const { credentialsType, credentialsId } = await credentialsOf(admin, bench.name());
    return `${fieldText(credentialsType)} ${credentialsId === token ? "as given" : "other than given"}`;
  }),
  overRest(
    "device-basic",
    "a device with a client id, user name and password",
    "MQTT_BASIC as given",
    async (admin, bench) => {
      const given = JSON.stringify({ clientId: bench.name("c"), userName: bench.name("u"), password: "p" });
      await admin.rest("POST", "/api/device-with-credentials", {
        device: deviceBody(admin, bench.name()),
        credentials: { credentialsType: "MQTT_BASIC", credentialsValue: given },
      });
      const { credentialsType, credentialsValue } = await credentialsOf(admin, bench.name());
      return `${fieldText(credentialsType)} ${credentialsValue === given ? "as given" : "other than given"}`;
    },
  ),
  overRest("device-token-taken", "a device with another's token", REFUSED, async (admin, bench) => {
    const path = `${DEVICE}?accessToken=${bench.name("t")}`;
    await admin.rest("POST", path, deviceBody(admin, bench.name("a")));
    return saidOf(await refusedBy(admin, "device", path, deviceBody(admin, bench.name("b"))), TAKEN.credentials);
  }),
  overRest(
    "import",
    "devices in bulk, then again with one more",
    "2 created, 0 updated; 1 created, 2 updated",
    async (admin, bench) => {
      const twice = [];
      for (const parts of [
        ["a", "b"],
        ["a", "b", "c"],
      ]) {
        const rows = parts.map((part) => `${bench.name(part)},${admin.ownProfile.name}`);
        const mapping = { columns: [{ type: "NAME" }, { type: "TYPE" }], delimiter: ",", header: true, update: false };
        const { body } = await admin.rest("POST", IMPORT, { file: ["name,type", ...rows].join("\n"), mapping });
        twice.push(`${fieldText(body["created"])} created, ${fieldText(body["updated"])} updated`);
      }
      return twice.join("; ");
    },
  ),
  overRest("device-missing", "a device by a name that nobody has", MISSING, async ({ rest }, bench) =>
    codeOf(await rest("GET", `/api/tenant/devices?deviceName=${bench.name()}`)),
  ),
  overRest("credentials-missing", "credentials of a device that does not exist", MISSING, async ({ rest }) =>
    codeOf(await rest("GET", `${DEVICE}/${NOBODY}/credentials`)),
  ),
  overRest("delete-missing", "deleting a device that does not exist", MISSING, async ({ deletions }) =>
    codeOf(await deletions.ofNothing("device")),
  ),
  overRest(
    "pages",
    "three devices by a part of their names, in pages of two",
    "2 of 3 and more, 1 of 3",
    async (admin, bench) => {
      for (const part of ["a", "b", "c"]) await admin.preCreate(bench.name(part));
      const shown = [];
      for (const page of [0, 1]) {
        const query = `pageSize=2&page=${page}&textSearch=${bench.name()}-&sortProperty=createdTime&sortOrder=ASC`;
        const answer = await admin.rest("GET", `/api/tenant/deviceInfos?${query}`);
        const { data, totalElements, hasNext } = valueOf(pageSchema, answer);
        shown.push(`${data.length} of ${totalElements}${hasNext ? " and more" : ""}`);
      }
      return shown.join(", ");
    },
  ),
  overRest(
    "page-of-profile",
    "the devices of one profile",
    "its own, no other",
    async ({ rest, ownProfile, preCreate }, bench) => {
      await preCreate(bench.name());
      const query = `pageSize=1000&page=0&deviceProfileId=${ownProfile.id}`;
      const { data } = valueOf(pageSchema, await rest("GET", `/api/tenant/deviceInfos?${query}`));
      const others = data.some(({ deviceProfileId }) => deviceProfileId.id !== ownProfile.id);
      return `${data.some(({ name }) => name === bench.name()) ? "its own" : "not its own"}, ${others ? "others" : "no other"}`;
    },
  ),
  overRest("page-size", "a page of no size", REFUSED, async ({ rest }) =>
    codeOf(await rest("GET", "/api/deviceProfiles?pageSize=0&page=0")),
  ),
  overRest("page-sort", "a page sorted by nothing that there is", "500", async ({ rest }) =>
    String((await rest("GET", "/api/tenant/deviceInfos?pageSize=1&page=0&sortProperty=nope&sortOrder=ASC")).status),
  ),
  overRest("count", "the number of a profile's devices whose names begin alike", "2", async (admin, bench) => {
    for (const part of ["a", "b"]) await admin.preCreate(bench.name(part));
    const entityFilter = {
      type: "deviceType",
      deviceTypes: [admin.ownProfile.name],
      deviceNameFilter: `${bench.name()}-`,
    };
    return fieldText((await admin.rest("POST", "/api/entitiesQuery/count", { entityFilter })).value);
  }),
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

const profileBody = (name: string): NamedBody => ({
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

const deviceBody = ({ ownProfile }: AdminFixtures, name: string): NamedBody => ({
  name,
  deviceProfileId: { entityType: "DEVICE_PROFILE", id: ownProfile.id },
});
