import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { DeletionProof } from "../../../src/model/deletion-proof.ts";
import { Secret } from "../../../src/model/secret.ts";
import { ADMIN_LIMITS, createAdministration } from "../../../src/thingsboard/admin.ts";

const stop = new AbortController().signal;
const ID = "00000000-0000-4000-8000-000000000001";
const LISTED = `/api/tenant/deviceInfos`;

type Answer = (response: ServerResponse) => void;
const json =
  (body: unknown, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
/** As a node that is killed with a request at it. */
const cut: Answer = (response) => void response.destroy();

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const DEVICE = {
  id: { id: ID },
  name: "d",
  createdTime: 1,
  deviceProfileId: { id: "00000000-0000-4000-8000-000000000002" },
};

/** A node whose answers can be changed, and what it was asked beside the login. */
async function node(own: Record<string, Answer> = {}) {
  const answers: Record<string, Answer> = {
    "POST /api/auth/login": json({ token: "t" }),
    "GET /api/system/info": json({ version: "4.3.1" }),
    [`GET /api/device/${ID}`]: json(DEVICE),
    [`DELETE /api/device/${ID}`]: json({}),
    ...own,
  };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const what = `${request.method} ${request.url?.split("?")[0]}`;
    if (!what.endsWith("/auth/login")) asked.push(what);
    (answers["*"] ?? answers[what] ?? json({ message: "none" }, 404))(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answers, asked };
}

function administrationOf(first: string, ...moreUrls: readonly string[]) {
  const moves: string[] = [];
  const admin = createAdministration(
    { url: first, moreUrls, username: "u", password: new Secret("p"), apiKey: undefined, tls: undefined },
    { ...ADMIN_LIMITS, onMove: (from, to, why) => moves.push(`${from} ${to} ${why}`) },
  );
  closing.push(() => admin.close());
  return { admin, moves };
}

const NOBODY = "http://127.0.0.1:1";

describe("several addresses of an administrator", () => {
  it("the next is asked when one is down, and from then on; which told is known", async () => {
    const second = await node();
    const { admin, moves } = administrationOf(NOBODY, second.url);
    expect(await admin.server(stop)).toMatchObject({ version: "4.3.1" });
    await admin.server(stop);
    expect(second.asked).toEqual(["GET /api/system/info", "GET /api/system/info"]);
    expect(moves).toHaveLength(1);
    expect(moves[0]).toContain(`${NOBODY} ${second.url} ${NOBODY} does not answer: connect ECONNREFUSED`);
    expect(admin.answeredBy()).toEqual([second.url]);
  });

  it.each([
    ["a proxy before nobody", json("no", 503)],
    ["a node that dies", cut],
  ])("%s is down, too; the one before is asked again when the next is down in its turn", async (_, down) => {
    const [first, second] = [await node(), await node()];
    const { admin, moves } = administrationOf(first.url, second.url);
    await admin.server(stop);
    first.answers["*"] = down;
    await admin.server(stop);
    delete first.answers["*"];
    second.answers["*"] = down;
    await admin.server(stop);
    expect(admin.answeredBy()).toEqual([first.url, second.url]);
    expect(moves).toHaveLength(2);
  });

  it.each([
    ["a password that is refused", { "POST /api/auth/login": json({ message: "no" }, 401) }, "admin-refused"],
    ["an answer that is none", { "GET /api/system/info": json({}) }, "admin-answer"],
  ])("%s is no reason to ask another", async (_, answers, code) => {
    const [first, second] = [await node(answers), await node()];
    const { admin, moves } = administrationOf(first.url, second.url);
    await expect(admin.server(stop)).rejects.toMatchObject({ code });
    expect([second.asked, moves]).toEqual([[], []]);
  });

  it("all of them down is one mistake", async () => {
    const { admin } = administrationOf(NOBODY, "http://127.0.0.2:1");
    await expect(admin.server(stop)).rejects.toMatchObject({
      code: "admin-unreachable",
      message: expect.stringContaining("None of the administrator's 2 addresses answers") as unknown,
    });
  });

  it("what makes something is asked elsewhere only where it was surely not sent", async () => {
    const made = { "POST /api/device": json(DEVICE) };
    const [first, second] = [await node({ ...made, "POST /api/device": cut }), await node(made)];
    const device = { name: "d", profile: { id: ID }, credentials: undefined, gateway: false };
    const { admin } = administrationOf(first.url, second.url);
    await expect(admin.createDevice(device, stop)).rejects.toMatchObject({ code: "admin-unreachable" });
    expect(second.asked).toEqual([]);
    await administrationOf(NOBODY, second.url).admin.createDevice(device, stop);
    expect(second.asked).toEqual(["POST /api/device"]);
  });
});

describe("deleting at one of several addresses", () => {
  const proof = new DeletionProof("device", ID);

  it("is done where the record was read, though another is asked meanwhile; never at that other", async () => {
    const [first, second] = [await node(), await node({ [`GET ${LISTED}`]: json({ data: [], hasNext: false }) })];
    const { admin } = administrationOf(first.url, second.url);
    await admin.deviceById(ID, stop);
    first.answers["*"] = cut;
    for await (const _ of admin.devicesNamedLike("d", stop)) expect.fail("there is none");
    await expect(admin.deleteDevice(proof, stop)).rejects.toMatchObject({ code: "admin-unreachable" });
    expect(second.asked).toEqual([`GET ${LISTED}`]);
    // Read again there it may be deleted there.
    await admin.deviceById(ID, stop);
    expect(await admin.deleteDevice(proof, stop)).toBe(true);
    expect(second.asked).toEqual([`GET ${LISTED}`, `GET /api/device/${ID}`, `DELETE /api/device/${ID}`]);
  });

  it("is not done on the word of a list, nor twice on one reading", async () => {
    const [first, second] = [await node(), await node()];
    const { admin } = administrationOf(first.url, second.url);
    await expect(admin.deleteDevice(proof, stop)).rejects.toMatchObject({ code: "admin-moved" });
    await admin.deviceById(ID, stop);
    expect(await admin.deleteDevice(proof, stop)).toBe(true);
    await expect(admin.deleteDevice(proof, stop)).rejects.toMatchObject({ code: "admin-moved" });
    expect(second.asked).toEqual([]);
  });
});
