declare module "virtual:shapes" {
  const shapes: Record<string, [string, Record<string, string>][]>;
  export default shapes;
}
