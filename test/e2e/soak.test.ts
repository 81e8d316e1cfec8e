import { expect, it } from "vitest";
import { findingsOf, renderSoak } from "../../soak/report.ts";
import { soak } from "../../soak/soak.ts";
import { temporaryFolder } from "./rollcall.ts";

it.runIf(process.platform === "linux")(
  "a soak of seconds meets faults over every transport, loses nothing, and says that it was too short to tell",
  async () => {
    await using folder = await temporaryFolder();
    const soaked = await soak({ seconds: 5, rate: 16, held: 3, folder: folder.path, say: () => undefined });
    expect(findingsOf(soaked)).toEqual([]);
    expect(soaked.spells).toBeGreaterThan(0);
    expect(soaked.loads.map(({ name, devices }) => [name, devices])).toEqual([
      ["held", 3],
      ["mqtt", 40],
      ["http", 20],
      ["coap", 20],
    ]);
    const watched = new Set(soaked.growth.map(({ process }) => process));
    expect([...watched].toSorted()).toEqual(
      ["coap", "coap generator", "held", "held generator", "http", "http generator", "mqtt", "mqtt generator"].concat(
        "simulator",
      ),
    );
    expect(soaked.growth.every(({ verdict }) => verdict === "not judged")).toBe(true);
    expect(renderSoak(soaked)).toContain("too short to tell whether anything grows");
  },
);
