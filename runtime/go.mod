module godev.io/runtime

go 1.26.0

require (
	github.com/fsnotify/fsnotify v1.10.1 // events of the workspace's files: folders added on the way, overflows, limits
	golang.org/x/mod v0.42.0
	golang.org/x/sys v0.49.0
)
