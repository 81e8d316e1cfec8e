import { expect, it } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { onlyRun, readSummary, rollcall, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

interface State {
  readonly stopping: string;
  readonly pictures: readonly { readonly name: string }[];
  readonly ended: { readonly headline: string } | null;
}

/** What a browser is told, until it has heard enough. */
async function* statesOf(link: string): AsyncGenerator<State, undefined> {
  const { body } = await fetch(new URL("/events", link));
  let text = "";
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) if (event.startsWith("data: ")) yield JSON.parse(event.slice(6)) as State;
  }
}

it("a run is watched by one who leaves in its middle and one who comes late, who stops it and gets its report", async () => {
  await using out = await temporaryFolder();
  const scenario = await writeScenario(out.path);
  const load = ["--set", "fleet.count=900", "--set", "load={constant: {rate: 30}}", "--set", "thresholds=[]"];
  const run = rollcall(
    "run",
    scenario,
    "--simulate",
    "--preset",
    "instant",
    ...load,
    "--dashboard",
    "--label",
    "build=7",
    "--out",
    `${out.path}/results`,
  );
  let said = "";
  run.child.stderr?.on("data", (chunk: string) => (said += chunk));
  await run.shows("Live page: ");
  const link = /Live page: (\S+)/.exec(said)?.[1] ?? "";
  const token = new URL(link).searchParams.get("token") ?? "";

  for await (const state of statesOf(link)) {
    // No farewell: the connection is just gone.
    if (state.pictures.length > 0) break;
  }
  const states = statesOf(link);
  let last: State | undefined = (await states.next()).value ?? undefined;
  expect(last?.pictures.map(({ name }) => name)).toContain("rate");
  const post = async (path: string) => {
    const answer = await fetch(new URL(path, link), { method: "POST", headers: { "x-rollcall-token": token } });
    return [answer.status, await answer.text()] as const;
  };
  expect((await post("/load/slower/confirm"))[0]).toBe(409);
  expect((await post("/load/slower"))[0]).toBe(200);
  expect(await post("/load/slower/confirm")).toEqual([
    200,
    expect.stringMatching(/^The load goes on at 75 % of the planned rate from /),
  ]);
  const stopped = await fetch(new URL("/stop/drain", link), {
    method: "POST",
    headers: { "x-rollcall-token": token },
  });
  expect(stopped.status).toBe(200);
  // Read at once, as a browser does: a client that leaves it where it is may lose it when the connection ends.
  const read = async (): Promise<string> => (await fetch(new URL("/report", link))).text();
  let report: Promise<string> | undefined;
  for await (const state of states) {
    last = state;
    if (state.ended !== null) report ??= read();
  }
  expect(last?.ended?.headline).toMatch(/^Interrupted: /);
  expect(await report).toContain("picture-rate");
  const { code, stderr } = await run.finished;
  const folder = await onlyRun(`${out.path}/results`);
  const summary = await readSummary(folder);
  expect(code).toBe(EXIT.interrupted);
  expect(stderr).toContain("Asked for on the live page.");
  expect(summary.run.state).toBe("interrupted");
  expect(summary.tempo).toMatchObject([{ speed: 0.75 }]);
  expect(summary.validity.warnings.join(" ")).toContain("The load was changed by hand: at 75 % of the planned rate");
});
