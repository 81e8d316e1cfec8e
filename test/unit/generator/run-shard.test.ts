import { describe, expect, it } from "vitest";
import { runHarness, tokenOf } from "../../support/shard-harness.ts";

const states = (run: Awaited<ReturnType<typeof runHarness>>) => run.outcomes.map((outcome) => outcome.result.state);

describe("open load", () => {
  it("starts every device at its intended time", async () => {
    const run = await runHarness({ scenario: "load: { constant: { rate: 100/s }, devices: 50 }" });
    expect(run.end).toBe("complete");
    const bySeq = [...run.outcomes].sort((a, b) => a.seq - b.seq);
    expect(bySeq.map((outcome) => outcome.intended)).toEqual(Array.from({ length: 50 }, (_, i) => i * 10_000));
    expect(bySeq.map((outcome) => outcome.started)).toEqual(bySeq.map((outcome) => outcome.intended));
  });

  it("starts a burst at once", async () => {
    const run = await runHarness({ scenario: "fleet: { count: 300 }\nload: { burst: true }" });
    expect(new Set(run.outcomes.map((outcome) => outcome.started))).toEqual(new Set([0]));
    expect(run.mostInFlight).toBe(300);
  });

  it("drops and counts what finds the cap reached, at its intended time", async () => {
    const run = await runHarness({
      scenario: "maxInFlight: 2\nload: { constant: { rate: 1000/s }, devices: 10 }",
      latency: () => 5_000,
    });
    expect(run.mostInFlight).toBe(2);
    const dropped = run.outcomes.filter((outcome) => outcome.result.state === "dropped");
    expect(dropped.map((outcome) => outcome.intended)).toEqual([2_000, 3_000, 4_000, 7_000, 8_000, 9_000]);
    expect(dropped.every((outcome) => outcome.started === undefined)).toBe(true);
    expect(dropped.map((outcome) => outcome.result)).toEqual(
      dropped.map(() => ({ state: "dropped", reason: "in-flight-cap" })),
    );
  });

  it("starts at once all that fell due while the generator was blocked, and keeps their lateness", async () => {
    const run = await runHarness({
      scenario: "load: { constant: { rate: 100/s }, devices: 6 }",
      blocks: (device) => (device === 1 ? 35_000 : 0),
    });
    const bySeq = [...run.outcomes].sort((a, b) => a.seq - b.seq);
    expect(bySeq.map((outcome) => outcome.intended)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000]);
    expect(bySeq.map((outcome) => outcome.started)).toEqual([0, 10_000, 45_000, 45_000, 45_000, 50_000]);
    expect(run.progress.takeLateness()).toBe(25_000);
    expect(run.progress.takeLateness()).toBe(0);
  });

  it("of one shard has the seqs of that shard only", async () => {
    const run = await runHarness({
      scenario: "load: { constant: { rate: 100/s }, devices: 10 }",
      shard: { index: 1, count: 3 },
    });
    expect(run.outcomes.map((outcome) => [outcome.seq, outcome.intended])).toEqual([
      [1, 10_000],
      [4, 40_000],
      [7, 70_000],
    ]);
  });
});

describe("closed load", () => {
  it("keeps its concurrency in flight and starts the next when one ends", async () => {
    const run = await runHarness({ scenario: "fleet: { count: 20 }\nload: { closed: { concurrency: 5 } }" });
    expect(run.mostInFlight).toBe(5);
    expect(run.outcomes.map((outcome) => outcome.started)).toEqual(
      Array.from({ length: 20 }, (_, i) => Math.floor(i / 5) * 1_000),
    );
    expect(run.outcomes.every((outcome) => outcome.intended === outcome.started)).toBe(true);
  });

  it("begins a phase when nothing of the one before is in flight", async () => {
    const run = await runHarness({
      scenario: "load: [{ closed: { concurrency: 3 }, devices: 3 }, { constant: { rate: 10/s }, devices: 2 }]",
      latency: (seq) => (seq === 2 ? 90_000 : 1_000),
      barrierWait: 10_000,
    });
    const second = run.outcomes.filter((outcome) => outcome.phase === 1);
    expect(second.map((outcome) => outcome.intended)).toEqual([109_000, 209_000]);
    expect(run.entries.filter((entry) => entry.kind === "phase")).toEqual([
      { kind: "phase", phase: 0, startedAt: 9_000 },
      { kind: "phase", phase: 1, startedAt: 109_000 },
    ]);
  });
});

describe("an outcome", () => {
  it("follows the credentials that were issued", async () => {
    const run = await runHarness({ scenario: "fleet: { count: 5 }\nload: { closed: { concurrency: 1 } }" });
    const kinds = run.entries.filter((entry) => entry.kind === "issued" || entry.kind === "outcome");
    expect(kinds.map((entry) => entry.kind)).toEqual(Array.from({ length: 5 }, () => ["issued", "outcome"]).flat());
  });

  it("ends its round trip when the answer was there, not when its turn to be read came", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 1 }\nload: { burst: true }",
      latency: () => 9_000,
      waited: 2.5,
    });
    expect(run.outcomes[0]?.marks).toEqual({ connected: 0, accepted: 0, sent: 0, answered: 6_500 });
  });

  it("never has its answer before its request", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 1 }\nload: { burst: true }",
      latency: () => 1_000,
      waited: 4,
    });
    expect(run.outcomes[0]?.marks).toEqual({ connected: 0, accepted: 0, sent: 0, answered: 0 });
  });

  it("says what failed, and that the server may have created the device", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 4 }\nload: { closed: { concurrency: 1 } }",
      answer: (seq) => (["rejected", "answer-timeout", "unreadable-answer", "success"] as const)[seq] ?? "bug",
    });
    expect(run.outcomes.map((outcome) => outcome.result)).toEqual([
      { state: "rejected", status: "FAILURE", message: "Failed to provision device!" },
      { state: "failed", kind: "answer-timeout", detail: "as the test asks", unknown: true },
      { state: "failed", kind: "unreadable-answer", detail: "as the test asks", unknown: true },
      { state: "provisioned", credentialsType: "ACCESS_TOKEN" },
    ]);
  });
});

describe("the roll call", () => {
  it("logs in with every issued credential, with its concurrency", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 20 }\nload: { burst: true }\nrollCall: { concurrency: 4 }",
      answer: (seq) => (seq % 2 === 0 ? "success" : "rejected"),
    });
    expect(run.calls.map((call) => call.seq).sort((a, b) => a - b)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(run.calls.every((call) => call.when === "after" && call.verdict.state === "connected")).toBe(true);
    expect(run.mostLogins).toBe(4);
  });

  it("keeps to its rate", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 5 }\nload: { burst: true }\nrollCall: { concurrency: 100, rate: 10/s }",
    });
    const first = run.calls[0]?.started ?? 0;
    expect(run.calls.map((call) => call.started - first)).toEqual([0, 100_000, 200_000, 300_000, 400_000]);
  });

  it("can follow each device at once", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 6 }\nload: { closed: { concurrency: 2 } }\nrollCall: inline",
    });
    expect(run.calls).toHaveLength(6);
    expect(run.calls.every((call) => call.when === "inline")).toBe(true);
    const ended = new Map(run.outcomes.map((outcome) => [outcome.seq, outcome.ended]));
    expect(run.calls.map((call) => call.started)).toEqual(run.calls.map((call) => ended.get(call.seq)));
  });

  it("is proved by a wrong password that is refused", async () => {
    const run = await runHarness({ scenario: "fleet: { count: 3 }\nload: { burst: true }" });
    expect(run.entries).toContainEqual({ kind: "negative-control", result: "refused", detail: "5 not authorised" });
  });

  it("is void where a wrong password is admitted", async () => {
    const run = await runHarness({ scenario: "fleet: { count: 3 }\nload: { burst: true }", admits: () => true });
    expect(run.entries).toContainEqual(expect.objectContaining({ kind: "negative-control", result: "admitted" }));
  });

  it("is proved by the last device whose secret can be wrong, in a fleet of several kinds", async () => {
    const certificate = { type: "X509_CERTIFICATE", certificate: "MIIB", privateKey: undefined } as const;
    for (const rollCall of ["after", "inline"]) {
      const run = await runHarness({
        scenario: `fleet: { count: 4 }\nload: { closed: { concurrency: 1 } }\nrollCall: ${rollCall}`,
        credentials: (device) => (device < 2 ? tokenOf(device) : certificate),
        admits: (credentials) =>
          credentials.type === "X509_CERTIFICATE" ||
          (credentials.type === "ACCESS_TOKEN" && !credentials.token.reveal().endsWith("-wrong")),
      });
      expect(run.entries).toContainEqual({ kind: "negative-control", result: "refused", detail: "5 not authorised" });
    }
  });

  it("is proved by the first generator only", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 6 }\nload: { burst: true }",
      shard: { index: 1, count: 2 },
    });
    expect(run.calls).toHaveLength(3);
    expect(run.entries.filter((entry) => entry.kind === "negative-control")).toEqual([]);
  });

  it("cannot be proved when nothing was issued", async () => {
    const run = await runHarness({ scenario: "fleet: { count: 3 }\nload: { burst: true }", answer: () => "rejected" });
    expect(run.calls).toEqual([]);
    expect(run.entries).toContainEqual(expect.objectContaining({ kind: "negative-control", result: "not-made" }));
  });

  it("holds the sessions for as long as it is told", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 4 }\nload: { burst: true }\nrollCall: { hold: 30s, negativeControl: false }",
    });
    expect(run.entries.at(-1)).toEqual({
      kind: "hold",
      hold: { duration: 30_000_000, sessions: 4, stayed: 4, lost: [] },
    });
  });
});

describe("a hold", () => {
  it("counts the sessions that were lost, by reason, and closes the others", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 5 }\nload: { burst: true }\nrollCall: { hold: 30s, negativeControl: false }",
      loses: (login) => (login <= 2 ? 1_000_000 : undefined),
    });
    expect(run.entries.at(-1)).toEqual({
      kind: "hold",
      hold: { duration: 30_000_000, sessions: 5, stayed: 3, lost: [{ reason: "closed by the server", count: 2 }] },
    });
    expect(run.left.sessions).toBe(0);
    expect(run.progress.held).toBe(0);
  });
});

describe("claims", () => {
  it("cover 256 devices of the shard each, and come before the first of them starts", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 1200 }\nload: { closed: { concurrency: 2 } }\nrollCall: off",
      shard: { index: 1, count: 2 },
    });
    expect(run.entries.flatMap((entry) => (entry.kind === "claimed" ? [entry.through] : []))).toEqual([
      511, 1023, 1535,
    ]);
    expect(run.entries.findIndex((entry) => entry.kind === "claimed")).toBeLessThan(
      run.entries.findIndex((entry) => entry.kind === "outcome"),
    );
  });
});

describe("a share of nothing", () => {
  it.each([
    ["the concurrency of phase", "fleet: { count: 9 }\nload: { closed: { concurrency: 2 } }"],
    ["maxInFlight", "fleet: { count: 9 }\nmaxInFlight: 2\nload: { burst: true }"],
    ["rollCall.concurrency", "fleet: { count: 9 }\nload: { burst: true }\nrollCall: { concurrency: 2 }"],
  ])("of %s is refused before anything starts", async (what, scenario) => {
    for (const index of [0, 2]) {
      const run = await runHarness({ scenario, shard: { index, count: 3 } });
      expect(run.end).toMatchObject({ bug: { code: "too-many-generators", message: expect.stringContaining(what) } });
      expect(run.entries).toEqual([]);
    }
  });
});

describe("what throws in one device's flow", () => {
  it("is the outcome of that device, without its message, and of no other", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 5 }\nload: { burst: true }",
      answer: (device) => (device === 1 ? "bug" : "success"),
    });
    expect(run.end).toBe("complete");
    const results = run.outcomes.toSorted((a, b) => a.seq - b.seq).map((outcome) => outcome.result);
    expect(results.map(({ state }) => state)).toEqual([
      "provisioned",
      "failed",
      ...Array.from({ length: 3 }, () => "provisioned"),
    ]);
    expect(results[1]).toEqual({
      state: "failed",
      kind: "internal-error",
      detail: expect.stringMatching(/^TypeError in \S+:\d+$/),
      unknown: true,
    });
    expect(run.calls).toHaveLength(4);
  });

  it.each(["inline", "after"])("in its login, %s, is the verdict on it", async (when) => {
    const run = await runHarness({
      scenario: `fleet: { count: 8 }\nload: { burst: true }\nrollCall: { when: ${when}, concurrency: 4, hold: 1s }`,
      brokenLogin: 2,
    });
    expect(run.end).toBe("complete");
    expect(run.left).toEqual({ inFlight: 0, logins: 0, sessions: 0 });
    const absent = run.calls.filter((call) => call.verdict.state !== "connected");
    expect(absent.map((call) => call.verdict)).toEqual([
      { state: "unreachable", kind: "internal-error", detail: expect.stringMatching(/^TypeError in \S+:\d+$/) },
    ]);
    expect(run.calls).toHaveLength(8);
  });
});

describe("a bug", () => {
  it.each(["{ burst: true, devices: 9 }", "{ closed: { concurrency: 3 }, devices: 9 }"])(
    "under %s surfaces when all else has ended and is written down",
    async (load) => {
      const run = await runHarness({
        scenario: `load: [${load}, { burst: true, devices: 4 }]\nrollCall: { when: inline, hold: 1h }`,
        brokenFleet: 3,
        latency: (device) => [1_000, 5_000, 60_000_000][device] ?? 1_000,
      });
      expect(run.end).toEqual({ bug: new TypeError("a bug") });
      expect(run.left).toEqual({ inFlight: 0, logins: 0, sessions: 0 });
      const device = (number: number) => run.outcomes.find((outcome) => outcome.seq === number);
      expect(device(3)).toBeUndefined();
      expect(device(2)?.result).toEqual({ state: "aborted", unknown: true });
      expect(run.progress.inFlight).toBe(0);
    },
  );
});

describe("entries that can no longer be kept", () => {
  it("stop the shard as an abort does", async () => {
    const run = await runHarness({
      scenario: "load: { constant: { rate: 100/s }, devices: 100 }",
      sinkFailsAt: 106_000,
      latency: () => 50_000,
    });
    expect(run.end).toBe("interrupted");
    expect(run.clock.now()).toBe(106_000);
    expect(states(run).filter((state) => state === "aborted")).toHaveLength(5);
    expect(states(run).filter((state) => state === "provisioned")).toHaveLength(6);
    expect(states(run).filter((state) => state === "dropped")).toHaveLength(89);
  });
});

describe("a stop", () => {
  const scenario = "load: { constant: { rate: 100/s }, devices: 100 }";

  it("asked for once lets what is in flight end, drops the rest and calls the roll", async () => {
    const run = await runHarness({ scenario, drainAt: 105_000, latency: () => 50_000 });
    expect(run.end).toBe("interrupted");
    expect(run.outcomes).toHaveLength(100);
    expect(states(run).filter((state) => state === "provisioned")).toHaveLength(11);
    expect(run.outcomes.filter((outcome) => outcome.result.state === "dropped")).toHaveLength(89);
    expect(run.calls.filter((call) => call.verdict.state === "connected")).toHaveLength(11);
  });

  it("ends what counts as planned: arrivals that it took away were never due", async () => {
    const run = await runHarness({ scenario, drainAt: 105_000, latency: () => 500_000 });
    expect(run.progress.planned).toBe(11);
    expect(run.progress.started).toBe(11);
  });

  it("asked for twice aborts what is in flight and names who was not called", async () => {
    const run = await runHarness({ scenario, drainAt: 105_000, abortAt: 106_000, latency: () => 50_000 });
    expect(run.end).toBe("interrupted");
    expect(states(run).filter((state) => state === "aborted")).toHaveLength(5);
    expect(run.outcomes.find((outcome) => outcome.result.state === "aborted")?.result).toEqual({
      state: "aborted",
      unknown: true,
    });
    expect(run.calls.map((call) => call.verdict.state)).toEqual(Array.from({ length: 6 }, () => "uncalled"));
  });

  it("before a phase leaves an outcome for each of its devices", async () => {
    const run = await runHarness({
      scenario: "load: [{ closed: { concurrency: 1 }, devices: 3 }, { burst: true, devices: 5 }]",
      drainAt: 500,
    });
    expect(states(run)).toEqual(["provisioned", ...Array.from({ length: 7 }, () => "dropped")]);
  });

  it("during a hold ends it early", async () => {
    const run = await runHarness({
      scenario: "fleet: { count: 2 }\nload: { burst: true }\nrollCall: { hold: 1h }",
      drainAt: 10_000_000,
    });
    expect(run.entries.at(-1)).toMatchObject({ kind: "hold", hold: { stayed: 2 } });
    expect(run.clock.now()).toBe(10_000_000);
  });
});
