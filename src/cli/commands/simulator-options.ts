import { PRESETS, type PresetName } from "../../simulator/timing/service-model.ts";

export const presetNames = Object.keys(PRESETS) as readonly PresetName[];

export const STRATEGIES = ["allow-create", "pre-provisioned", "disabled"] as const;

/** Typed apart from the options: a literal there would narrow the whole option to itself. */
export const DEFAULTS: { readonly preset: PresetName; readonly strategy: (typeof STRATEGIES)[number] } = {
  preset: "thingsboard-2core",
  strategy: "allow-create",
};
