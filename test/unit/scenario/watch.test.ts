import { describe, expect, it } from "vitest";
import { RollcallError } from "../../../src/model/error.ts";
import { watchOverrides } from "../../../src/runs/aim/watch-overrides.ts";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

const URL = "http://node1:8080/actuator/prometheus";

describe("watch", () => {
  it("is nothing by default, and no part of the plan or its hash", () => {
    const plain = load(MINIMAL);
    const watched = load(MINIMAL, ["watch.systemInfo=true"]);
    expect(plain.watch).toBeUndefined();
    expect(watched.watch).toMatchObject({ every: 5_000_000, systemInfo: true, prometheus: [] });
    expect(watched.plan).toEqual(plain.plan);
  });

  it("takes endpoints with one access for all, whose secrets are secrets", () => {
    const { watch, warnings } = load(
      `${MINIMAL}watch: { every: 10s, prometheus: ${URL}, username: u, password: { file: secret.txt } }`,
    );
    expect(watch).toMatchObject({ every: 10_000_000, systemInfo: false, prometheus: [URL], username: "u" });
    expect(watch?.password?.reveal()).toBe("from-a-file");
    expect(JSON.stringify(watch)).not.toContain("from-a-file");
    expect(warnings.filter((text) => text.includes("watch"))).toEqual([]);
    const literal = load(MINIMAL, [`watch.prometheus=${URL}`, "watch.bearer=in-the-clear"]);
    expect(literal.warnings.join()).toContain("watch.bearer is in the scenario itself");
    expect(literal.warnings.join()).not.toContain("in-the-clear");
  });

  it.each([
    ["watch={}", "watch: say what is watched"],
    ["watch.prometheus=http://u:p@node1/", "write a URL without user and password"],
    ["watch.prometheus=node1:8080", "write a URL without user and password"],
    [`watch.prometheus=[${URL}, ${URL}]`, "name each endpoint once"],
    ["watch={ systemInfo: true, every: 100ms }", "write at least 1s"],
    [`watch={ prometheus: ${URL}, username: u }`, "basic authentication has both"],
    [
      `watch={ prometheus: ${URL}, username: u, password: { file: secret.txt }, bearer: { file: secret.txt } }`,
      "either a bearer token",
    ],
    [`watch={ prometheus: ${URL}, metrics: ["sum(up)"] }`, "write a metric's name"],
    [`watch={ prometheus: ${URL}, metrics: [] }`, "name at least one metric"],
  ])("has one mistake, told with what to write: %s", (override, fix) => {
    const [first, ...more] = mistakes(MINIMAL, [override]);
    expect(first).toContain(fix);
    expect(more).toEqual([]);
    expect(first).not.toContain("u:p");
  });
});

describe("--watch-server", () => {
  it("is said in the scenario's words", () => {
    expect(watchOverrides({})).toEqual([]);
    expect(watchOverrides({ watchServer: "" })).toEqual(["watch.systemInfo=true"]);
    expect(watchOverrides({ watchServer: ["systemInfo", `prometheus=${URL}`] })).toEqual([
      "watch.systemInfo=true",
      `watch.prometheus=["${URL}"]`,
    ]);
  });

  it.each([
    ["burst.yaml", "nothing that can be watched"],
    ["prometheus=node1:8080", "no http or https address"],
    ["prometheus=http://u:hush@node1/", "has a password in it"],
  ])("is a mistake: %s", (watchServer, words) => {
    let error: unknown;
    try {
      watchOverrides({ watchServer });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(RollcallError);
    expect(String(error)).toContain(words);
    expect(String(error)).not.toContain("hush");
  });
});

describe("admin.url", () => {
  it("is one address, or a list of those of one server", () => {
    const admin = (value: string) => load(MINIMAL, [`admin.url=${value}`]).plan.admin;
    expect(admin("http://a:8080/")).toMatchObject({ url: "http://a:8080" });
    expect(admin("http://a:8080/")).not.toHaveProperty("moreUrls");
    expect(admin("[http://a, http://b/]")).toMatchObject({ url: "http://a", moreUrls: ["http://b"] });
  });

  it.each([
    ["[]", "name at least one address"],
    ["[http://a, http://a/]", "name each address once"],
    ["[http://a, b]", "write a URL without user and password"],
    ["http://u:hush@a", "write a URL without user and password"],
  ])("has one mistake: %s", (value, fix) => {
    const [first, ...more] = mistakes(MINIMAL, [`admin.url=${value}`]);
    expect(first).toContain(fix);
    expect(first).not.toContain("hush");
    expect(more).toEqual([]);
  });
});
