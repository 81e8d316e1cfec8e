import { describe, expect, it } from "vitest";
import type { ProfileSettings, ServerProfile } from "../../../src/model/administration.ts";
import { Secret } from "../../../src/model/secret.ts";
import { setUpProfile, type WantedProfile } from "../../../src/operations/profile-setup.ts";

const never = new AbortController().signal;

const profile = (changes: Partial<ServerProfile> = {}): ServerProfile => ({
  id: "1",
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
  const made: ProfileSettings[] = [];
  return {
    made,
    profileByKey: (key: string) => Promise.resolve(profiles.find((each) => each.key === key)),
    profileByName: (name: string) => Promise.resolve(profiles.find((each) => each.name === name)),
    createProfile: (settings: ProfileSettings) => {
      made.push(settings);
      return Promise.resolve(profile(settings));
    },
  };
}

describe("setUpProfile", () => {
  it("makes the profile where neither its key nor its name is there", async () => {
    const server = serverWith();
    expect(await setUpProfile(server, wanted(), never)).toMatchObject({ made: true });
    expect(server.made).toMatchObject([{ name: "rollcall-fleet", strategy: "allow-create", key: "k" }]);
  });

  it("takes one that is there as it is, found by key or by name", async () => {
    const server = serverWith(profile());
    expect(await setUpProfile(server, wanted(), never)).toMatchObject({ made: false, profile: { name: "mine" } });
    expect(await setUpProfile(server, wanted({ name: "mine" }), never)).toMatchObject({ made: false });
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
    const setup = setUpProfile(server, wanted(asked), never);
    await expect(setup).rejects.toMatchObject({ code: "setup-differs" });
    await expect(setup).rejects.toThrow(difference);
    expect(server.made).toEqual([]);
  });

  it("never says a secret", async () => {
    const server = serverWith(profile({ secret: new Secret("their-secret") }));
    const said = await setUpProfile(server, wanted({ secret: new Secret("our-secret") }), never).catch(String);
    expect(said).not.toMatch(/their-secret|our-secret/);
  });
});
