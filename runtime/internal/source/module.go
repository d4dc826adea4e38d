package source

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"godev.io/runtime/internal/gotool"
	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

// Module fetches path@version with the go command and puts its files into the workspace at dir.
// A workspace that was made from it before needs no network.
func Module(ctx context.Context, tool gotool.Tool, explainer gotool.Explainer, dir, path, version string) error {
	identity := "module " + path + "@" + version
	if same, err := unchanged(tool.Log, dir, identity); same || err != nil {
		return err
	}
	fmt.Fprintf(tool.Log, "source: downloading %s@%s\n", path, version)
	started := time.Now()
	files, err := download(ctx, tool, explainer, path, version)
	if err != nil {
		return err
	}
	fmt.Fprintf(tool.Log, "source: downloaded in %.1f s\n", time.Since(started).Seconds())
	return apply(tool.Log, dir, workspace.Source{Identity: identity, Files: files})
}

func download(ctx context.Context, tool gotool.Tool, explainer gotool.Explainer, path, version string) (map[string]workspace.Content, error) {
	// a folder of its own: a go.mod above would decide which modules may be fetched
	scratch, err := os.MkdirTemp(tool.Env.Get("GOTMPDIR"), "source-")
	if err != nil {
		return nil, termination.Failuref(termination.SourceFailed, "spec.storage.cache: no folder for temporary files: %w", err)
	}
	defer os.RemoveAll(scratch)
	tool.Dir = scratch
	tool.Env = tool.Env.WithoutGoFlags("mod", "modfile").With("GOWORK=off")
	output, err := tool.Output(ctx, "mod", "download", "-json", path+"@"+version)
	var module struct{ Dir, GoMod, Error string }
	if json.Unmarshal([]byte(output), &module) == nil && module.Error != "" && !gotool.IsStopped(err) {
		// with -json the command's error is in its answer
		err = &gotool.Error{Output: tool.Scrubber.Scrub(module.Error), Cause: err}
	}
	if err != nil {
		return nil, explainer.Explain(err, termination.SourceFailed)
	}
	if module.Dir == "" {
		return nil, termination.Failuref(termination.SourceFailed, "go mod download names no folder for %s@%s", path, version)
	}
	files, err := workspace.Tree(module.Dir)
	if err != nil {
		return nil, err
	}
	if _, found := files["go.mod"]; !found {
		// a module older than modules: its go.mod is made up by the proxy, and is not in its zip
		files["go.mod"] = workspace.File(module.GoMod)
	}
	return files, nil
}
