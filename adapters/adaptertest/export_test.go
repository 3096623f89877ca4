package adaptertest

// Guard is the type of Route.Guards, which defects change.
type Guard = guard
