package source

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

// Files puts the files of a ConfigMap volume into the workspace at dir.
func Files(log io.Writer, dir, from string) error {
	tree := map[string][]byte{}
	err := collect(tree, os.DirFS(from), ".")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return termination.Failuref(termination.SourceFailed, "spec.source.files: their volume cannot be read: %w", err)
	}
	if len(tree) == 0 {
		return termination.Failuref(termination.SourceEmpty,
			"spec.source.files: there is no file. Add at least go.mod and main.go.")
	}
	identity := identityOf(tree)
	if same, err := unchanged(log, dir, identity); same || err != nil {
		return err
	}
	files := map[string]workspace.Content{}
	for name, content := range tree {
		files[name] = workspace.Bytes(content)
	}
	return apply(log, dir, workspace.Source{Identity: identity, Files: files})
}

// collect reads the files below dir into tree. The kubelet makes a volume of a ConfigMap from links through the folder
// ..data, which it replaces when the ConfigMap changes; entries that begin with ".." are its own.
func collect(tree map[string][]byte, volume fs.FS, dir string) error {
	entries, err := fs.ReadDir(volume, dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), "..") {
			continue
		}
		name := path.Join(dir, entry.Name())
		info, err := fs.Stat(volume, name) // follows links
		if err != nil {
			return err
		}
		if info.IsDir() {
			if err := collect(tree, volume, name); err != nil {
				return err
			}
			continue
		}
		content, err := fs.ReadFile(volume, name)
		if err != nil {
			return err
		}
		tree[name] = content
	}
	return nil
}

func identityOf(tree map[string][]byte) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		fmt.Fprintf(sum, "%q %x\n", name, sha256.Sum256(tree[name]))
	}
	return "files " + hex.EncodeToString(sum.Sum(nil))
}
