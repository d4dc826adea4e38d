// Command health prints what kstatus and Argo CD say of the objects on its standard input, a line each:
// kubectl get gde shop -o yaml | go run ./cmd/health
package main

import (
	"fmt"
	"io"
	"os"

	"godev.io/gitops"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "health:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	objects, err := gitops.Objects(text)
	if err != nil {
		return err
	}
	for _, object := range objects {
		kstatus, err := gitops.Kstatus(object)
		if err != nil {
			return err
		}
		argo, err := gitops.ArgoCD(gitops.HealthScript, object)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s\tkstatus %s\tArgo CD %s\t%s\n", object.GetName(), kstatus.Status, argo.Status, argo.Message)
	}
	return nil
}
