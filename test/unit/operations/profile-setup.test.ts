import { describe, expect, it } from "vitest";
import type { ProfileSettings, ServerProfile } from "../../../src/model/administration.ts";
import { Secret } from "../../../src/model/secret.ts";
import { setUpProfile, type WantedProfile } from "../../../src/operations/profile-setup.ts";

const never = new AbortController().signal;

const profile = (changes: Partial<ServerProfile> = {}): ServerProfile => ({
  id: "00000000-0000-4000-8000-000000000001",
  name: "mine",
  createdTime: 0,
  isDefault: false,
  transport: "DEFAULT",
  strategy: "allow-create",
  key: "k",
  secret: new Secret("s"),
  chain: undefined,
  ...changes,
});

const wanted = (changes: Partial<WantedProfile> = {}): WantedProfile => ({
  name: undefined,
  fallbackName: "rollcall-fleet",
  strategy: "allow-create",
  key: "k",
  keys: ["k"],
  secret: new Secret("s"),
  chain: undefined,
  transport: "mqtt",
  ...changes,
});

function serverWith(...profiles: readonly ServerProfile[]) {
  return serverThatMakes({}, ...profiles);
}

/** Other than it was asked for. */
function serverThatMakes(other: Partial<ServerProfile>, ...profiles: readonly ServerProfile[]) {
  const made: ProfileSettings[] = [];
  return {
    made,
    profileByKey: (key: string) => Promise.resolve(profiles.find((each) => each.key === key)),
    profileByName: (name: string) => Promise.resolve(profiles.find((each) => each.name === name)),
    createProfile: (settings: ProfileSettings) => {
      made.push(settings);
      return Promise.resolve(profile({ ...settings, ...other }));
    },
  };
}

describe("setUpProfile", () => {
  it("makes the profile where neither its key nor its name is there", async () => {
    const server = serverWith();
    expect(await setUpProfile(server, wanted(), 0, never)).toMatchObject({ made: true });
    expect(server.made).toMatchObject([{ name: "rollcall-fleet", strategy: "allow-create", key: "k" }]);
  });

  it.each<readonly [string, Partial<ServerProfile>, string]>([
    ["the default one", { isDefault: true }, "it is the tenant's default"],
    ["one of another name", { name: "default" }, "it has another name"],
    ["one that was there before", { createdTime: 10_000 }, "it was there before"],
    ["one without an id", { id: ".." }, "its id is no UUID"],
  ])("takes no other profile that the server answers with for made: %s", async (_, other, why) => {
    const setup = setUpProfile(serverThatMakes(other), wanted(), 20_000, never);
    await expect(setup).rejects.toMatchObject({ code: "setup-answer" });
    await expect(setup).rejects.toThrow(why);
  });

  it("takes one that is there as it is, found by key or by name", async () => {
    const server = serverWith(profile());
    expect(await setUpProfile(server, wanted(), 0, never)).toMatchObject({ made: false, profile: { name: "mine" } });
    expect(await setUpProfile(server, wanted({ name: "mine" }), 0, never)).toMatchObject({ made: false });
    expect(server.made).toEqual([]);
  });

  it.each<readonly [string, Partial<ServerProfile>, Partial<WantedProfile>, string]>([
    ["strategy", { strategy: "disabled" }, {}, "strategy: allow-create in the scenario, disabled on the server"],
    ["secret", { secret: new Secret("other") }, {}, "provision secret: not the same"],
    ["key", { key: "x" }, { name: "mine" }, "provision key: k in the scenario, x on the server"],
    ["name", {}, { name: "other" }, "name: other in the scenario, mine on the server"],
    ["transport", { transport: "COAP" }, {}, "transport type: DEFAULT or MQTT in the scenario, COAP on the server"],
  ])("names a different %s, and changes nothing", async (_, there, asked, difference) => {
    const server = serverWith(profile(there));
    const setup = setUpProfile(server, wanted(asked), 0, never);
    await expect(setup).rejects.toMatchObject({ code: "setup-differs" });
    await expect(setup).rejects.toThrow(difference);
    expect(server.made).toEqual([]);
  });

  it("never says a secret", async () => {
    const server = serverWith(profile({ secret: new Secret("their-secret") }));
    const said = await setUpProfile(server, wanted({ secret: new Secret("our-secret") }), 0, never).catch(String);
    expect(said).not.toMatch(/their-secret|our-secret/);
  });
});
