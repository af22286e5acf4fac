declare module "node-gyp-build" {
  /** Loads the binary that fits this platform from the package in `folder`; throws if there is none. */
  export default function load(folder: string): unknown;
}
