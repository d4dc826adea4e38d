// Command godevd is what runs inside an environment's pod: it fetches the source and its modules, builds the program
// and runs it, and leaves a message about each for the operator.
package main

import (
	"os"

	"godev.io/runtime/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}
