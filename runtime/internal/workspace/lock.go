package workspace

import (
	"path/filepath"
	"sync"
)

// guard is of one workspace: the mirror writes there while the inner loop has go.mod completed.
type guard struct {
	sync.Mutex
	// adopting counts, by file, who is about to adopt what the file is being changed to
	adopting map[string]int
}

// guards are by the workspace's path. Other processes do not apply a source while one runs.
var guards sync.Map

// lock locks the workspace's manifest and returns its guard, which the caller unlocks.
func lock(dir string) *guard {
	held, _ := guards.LoadOrStore(filepath.Clean(dir), &guard{adopting: map[string]int{}})
	g := held.(*guard)
	g.Lock()
	return g
}
