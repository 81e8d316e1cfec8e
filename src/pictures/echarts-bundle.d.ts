/** The package has types for its modules, not for the file that has all of them. */
declare module "echarts/dist/echarts.esm.min.mjs" {
  export * from "echarts";
}
