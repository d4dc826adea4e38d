module godev.io/runtime

go 1.26.0

require (
	golang.org/x/mod v0.42.0
	golang.org/x/sys v0.49.0
)
