/**
 * Where the bases of an agent are, for its start-up hook and for what must not load more: with built-ins alone. Hooks are
 * those of the first agent, until a second one has one.
 */
export {
  type BaseLocation,
  baseOf,
  baseOfHome,
  findLocations,
  HOME_VARIABLE,
  type Location,
} from "./hermes/locations.ts";
export { listProfiles, profileHomes } from "./hermes/profiles.ts";
