declare module "node-gyp-build" {
  /** Loads the binary that fits this platform from the package in `folder`; throws if there is none. */
  const load: {
    (folder: string): unknown;
    /** Its path alone; throws if there is none. */
    resolve(folder: string): string;
  };
  export default load;
}
