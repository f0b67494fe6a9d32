package dev.moat.trust;

/** One thing that must be permitted. */
public enum Permission {
  /** Send requests to a model. */
  INFER,
  /** See health, versions and figures. */
  READ_STATUS,
  /** Run a pipeline. */
  RUN_PIPELINE,
  /** Make a release the one that is served. */
  PROMOTE,
  /** Issue and revoke API keys. */
  MANAGE_KEYS,
  /** Create users and change their roles. */
  MANAGE_USERS,
  /** Read ledger events. */
  READ_LEDGER
}
