// Command installs makes the Roles of deploy/namespaced and the Helm chart from the kustomizations in deploy:
// installs DEPLOY [OUT], with kubectl in the PATH.
package main

import (
	"fmt"
	"os"

	"godev.io/gitops/internal/chart"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "installs: name the folder deploy")
		os.Exit(2)
	}
	if err := chart.Write(os.Args[1], os.Args[len(os.Args)-1]); err != nil {
		fmt.Fprintln(os.Stderr, "installs:", err)
		os.Exit(1)
	}
}
