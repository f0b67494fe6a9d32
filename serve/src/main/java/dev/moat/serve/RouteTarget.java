package dev.moat.serve;

/** One backend of a route: how it does, and how it is asked for the model of that route. */
record RouteTarget(BackendState state, ModelBackend backend) {}
