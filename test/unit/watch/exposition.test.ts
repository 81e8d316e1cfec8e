import { describe, expect, it } from "vitest";
import { parseMetricSelector } from "../../../src/model/metric-selector.ts";
import { readExposition } from "../../../src/watch/exposition.ts";

const selectors = (...texts: readonly string[]) =>
  texts.map((text) => {
    const found = parseMetricSelector(text);
    if (found === undefined) throw new Error(`${text} is no selector`);
    return found;
  });
const read = (text: string, ...metrics: readonly string[]) => readExposition(text, selectors(...metrics));

/** As Spring's actuator writes it. */
const ACTUATOR = `# HELP jvm_memory_used_bytes The amount of used memory
# TYPE jvm_memory_used_bytes gauge
jvm_memory_used_bytes{area="heap",id="G1 Old Gen",} 1.5E7
jvm_memory_used_bytes{area="heap",id="G1 Eden Space",} 5000000.0
jvm_memory_used_bytes{area="nonheap",id="Metaspace",} 9.9E9
# TYPE process_cpu_usage gauge
process_cpu_usage 0.0625
# TYPE jvm_gc_pause_seconds summary
jvm_gc_pause_seconds_count{action="end of minor GC",cause="G1 Evacuation Pause",} 12.0
jvm_gc_pause_seconds_sum{action="end of minor GC",cause="G1 Evacuation Pause",} 0.34
# TYPE transport_total counter
transport_total{statsName="totalMsgs",} 700.0
transport_total{statsName="failedMsgs",} 3.0
`;

describe("a selector", () => {
  it("is a name, perhaps with labels", () => {
    const [found] = selectors(' up{ a="x", b = "say \\"hi\\"\\n\\\\" } ');
    expect(found?.name).toBe("up");
    expect([...(found?.labels ?? [])]).toEqual([
      ["a", "x"],
      ["b", 'say "hi"\n\\'],
    ]);
  });

  it.each(["", "1up", "up{", "up{a}", 'up{a=~"x"}', 'up{a="x" b="y"}', "sum(up)", `u${"p".repeat(200)}`])(
    "is none: %s",
    (text) => expect(parseMetricSelector(text)).toBeUndefined(),
  );
});

describe("an exposition", () => {
  it("gives a number for each selector: its series added up, and whether it only grows", () => {
    const found = read(
      ACTUATOR,
      'jvm_memory_used_bytes{area="heap"}',
      "process_cpu_usage",
      "jvm_gc_pause_seconds_sum",
      'transport_total{statsName="totalMsgs"}',
      "not_there",
    );
    expect(found.values).toEqual([
      { metric: 'jvm_memory_used_bytes{area="heap"}', value: 20_000_000 },
      { metric: "process_cpu_usage", value: 0.0625 },
      { metric: "jvm_gc_pause_seconds_sum", value: 0.34, counter: true },
      { metric: 'transport_total{statsName="totalMsgs"}', value: 700, counter: true },
    ]);
    expect(found.notSamples).toBe(0);
  });

  it("may have times, exemplars, escapes, signs, empty lines and line ends of Windows", () => {
    const text = 'a{l="x\\"}{,\\\\\\n"} 1 1700000000000\r\n\r\na{l="y"} +2.5e-1 # {trace="1"} 0.5 1.0\n  \na -1';
    expect(read(text, "a").values).toEqual([{ metric: "a", value: 0.25 }]);
  });

  it("knows a counter by its type before its name; OpenMetrics types the family", () => {
    const text = "# TYPE b_total gauge\nb_total 1\n# TYPE c counter\nc_total 2\n# TYPE d counter\nd 3\n";
    expect(read(text, "b_total", "c_total", "d").values).toEqual([
      { metric: "b_total", value: 1 },
      { metric: "c_total", value: 2, counter: true },
      { metric: "d", value: 3, counter: true },
    ]);
  });

  it.each(["NaN", "+Inf", "-Inf", "nan", "inf"])("has a gap where a value is %s, which is of the format", (value) => {
    expect(read(`a ${value}\n`, "a")).toEqual({ values: [], samples: 1, notSamples: 0 });
  });

  it.each([
    "<html><body>login</body></html>",
    "a",
    "a{",
    'a{l="x} 1',
    "a{l=x} 1",
    "a 0x10",
    "a 1 2 3",
    "a one",
    'a{l="x"}',
    "{} 1",
    "a 1e",
    `a{l="${"x".repeat(20_000)}"} 1`,
  ])("has no sample in a line that is none: %.40s", (line) => {
    const found = read(line, "a");
    expect(found).toEqual({ values: [], samples: 0, notSamples: 1 });
  });

  it("has as many values as selectors, whatever a server makes up", () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `a{l="${index}"} 1\nb${index} 1`).join("\n");
    const found = read(text, "a", 'a{l="7"}');
    expect(found.values).toEqual([
      { metric: "a", value: 20_000 },
      { metric: 'a{l="7"}', value: 1 },
    ]);
    expect(found.samples).toBe(40_000);
  });
});
