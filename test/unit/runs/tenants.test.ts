import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Secret } from "../../../src/model/secret.ts";
import { tenantsIfAny } from "../../../src/runs/server/tenants.ts";
import { temporaryFolder } from "../../e2e/rollcall.ts";

const URLS = { url: "http://one", moreUrls: ["http://two"], username: "first@example.com", tls: undefined };
const NO_OPTIONS = { adminUrl: undefined, adminUser: undefined };
const kept = (username: string | undefined, secretSource = "none") => ({ username, secretSource });

async function shown(...given: Parameters<typeof tenantsIfAny>): Promise<readonly unknown[]> {
  return (await tenantsIfAny(...given)).map(({ access, groups }) => [
    access.username ?? access.apiKey?.reveal(),
    access.password?.reveal(),
    groups,
  ]);
}

it("all groups without an administrator of their own are of the scenario's tenant; with nobody given nobody is asked", async () => {
  const groups = [{ name: "meters" }, { name: "cameras" }];
  expect(await shown({ admin: URLS, groups }, NO_OPTIONS, { ROLLCALL_ADMIN_PASSWORD: "p" })).toEqual([
    ["first@example.com", "p", [0, 1]],
  ]);
  expect(await shown({ admin: URLS }, NO_OPTIONS, { ROLLCALL_ADMIN_PASSWORD: "p" })).toEqual([
    ["first@example.com", "p", [0]],
  ]);
  expect(await shown({ admin: URLS, groups }, NO_OPTIONS, {})).toEqual([]);
});

it("groups with the same administrator share one, at all addresses of the scenario's or of the command line", async () => {
  const groups = [
    { name: "meters" },
    { name: "cameras", admin: { ...kept("other@example.com"), password: new Secret("q") } },
    { name: "gates", admin: { ...kept("other@example.com"), password: new Secret("q") } },
    { name: "pumps", admin: { ...kept(undefined), apiKey: new Secret("tb_key") } },
  ];
  const env = { ROLLCALL_ADMIN_PASSWORD: "p" };
  expect(await shown({ admin: URLS, groups }, NO_OPTIONS, env)).toEqual([
    ["first@example.com", "p", [0]],
    ["other@example.com", "q", [1, 2]],
    ["tb_key", undefined, [3]],
  ]);
  const elsewhere = await tenantsIfAny({ admin: URLS, groups }, { ...NO_OPTIONS, adminUrl: "http://three" }, env);
  expect(elsewhere.map(({ access }) => [access.url, access.moreUrls])).toEqual(
    [1, 2, 3].map(() => ["http://three", undefined]),
  );
});

it("after a run the secret comes from where the run had it, or from the group's own variables, which count first", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "password.txt");
  await writeFile(file, "of-the-file\n");
  const plan = (source: string) => ({
    admin: URLS,
    groups: [{ name: "a-b", admin: kept("other@example.com", source) }],
  });
  const password = async (source: string, env: Readonly<Record<string, string>>) =>
    (await tenantsIfAny(plan(source), NO_OPTIONS, env)).map(({ access }) => access.password?.reveal());
  expect(await password("environment OTHER", { OTHER: "of-the-environment" })).toEqual(["of-the-environment"]);
  expect(await password(`file ${file}`, {})).toEqual(["of-the-file"]);
  expect(await password(`file ${file}`, { ROLLCALL_ADMIN_PASSWORD_A_B: "given" })).toEqual(["given"]);
  const wholly = { admin: URLS, groups: [{ name: "a-b" }] };
  const env = { ROLLCALL_ADMIN_USER_A_B: "u", ROLLCALL_ADMIN_PASSWORD_A_B: "p" };
  expect(await shown(wholly, NO_OPTIONS, env)).toEqual([["u", "p", [0]]]);
});

it("half an administrator is one error, which names the group and the variable", async () => {
  const admin = { admin: URLS };
  const one = { ...admin, groups: [{ name: "meters", admin: kept("other@example.com", "environment GONE") }] };
  await expect(tenantsIfAny(one, NO_OPTIONS, {})).rejects.toMatchObject({
    code: "half-admin",
    message: "The administrator of the tenant of meters is given without the password.",
    hint: "Set ROLLCALL_ADMIN_PASSWORD_METERS, or write it in the scenario: fleet.groups, admin of meters.",
  });
  const password = { ROLLCALL_ADMIN_PASSWORD_METERS: "p" };
  await expect(tenantsIfAny({ ...admin, groups: [{ name: "meters" }] }, NO_OPTIONS, password)).rejects.toMatchObject({
    code: "half-admin",
    hint: expect.stringContaining("ROLLCALL_ADMIN_USER_METERS") as string,
  });
  const mixed = {
    admin: undefined,
    groups: [{ name: "meters" }, { name: "cameras", admin: { ...kept("o"), password: new Secret("q") } }],
  };
  await expect(tenantsIfAny(mixed, NO_OPTIONS, {})).rejects.toMatchObject({ code: "half-admin" });
});

it.each([
  ["http://user:hush@tb:8080", "a user or a password in it"],
  ["tb:8080", "--admin-url tb:8080 is no address"],
  ["", "--admin-url '' is no address"],
  ["ftp://tb", "--admin-url ftp://tb is no address"],
  ["http://tb:8080/?token=1", "is no address"],
  ["http://[", "is no address"],
])("--admin-url %j is refused as what it is", async (adminUrl, words) => {
  const asked = tenantsIfAny({ admin: undefined }, { adminUrl, adminUser: "a" }, { ROLLCALL_ADMIN_PASSWORD: "p" });
  await expect(asked).rejects.toThrow(words);
  await expect(asked).rejects.not.toThrow("hush");
});

it("refuses an API key that cannot be sent, and names where it is from", async () => {
  const broken = (env: Readonly<Record<string, string>>, groups: Parameters<typeof tenantsIfAny>[0]["groups"] = []) =>
    tenantsIfAny({ admin: URLS, groups }, NO_OPTIONS, env).catch((error: unknown) => error);
  const refused = (source: string) => ({ code: "api-key", exitCode: 2, message: source });
  expect(await broken({ ROLLCALL_ADMIN_API_KEY: "tb_key\n" })).toMatchObject(
    refused("The API key of ROLLCALL_ADMIN_API_KEY has a line break in it."),
  );
  expect(await broken({ ROLLCALL_ADMIN_API_KEY_A_B: "tb_k\u0000ey" }, [{ name: "a-b" }])).toMatchObject(
    refused("The API key of ROLLCALL_ADMIN_API_KEY_A_B has a character that cannot be sent in it."),
  );
  const again = [{ name: "a-b", admin: kept(undefined, "environment OTHER") }];
  expect(await broken({ OTHER: "tb\nkey" }, again)).toMatchObject(
    refused("The API key of environment OTHER has a line break in it."),
  );
});
