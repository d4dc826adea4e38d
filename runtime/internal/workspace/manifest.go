// Package workspace puts a source into the workspace without losing what the developer changed there.
//
// The manifest remembers what was written. A file that is as it was written is replaced or removed with the source;
// any other is kept beside as "<name>.saved". The manifest names every file, with its old and its new content, before
// the first one is touched, so that after a kill at any point the next run knows godevd's own files from the
// developer's and comes to the same end.
package workspace

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// Names inside the workspace. The go command ignores folders whose name begins with a dot.
const (
	// Folder is godevd's own.
	Folder       = ".godev"
	manifestName = Folder + "/source.json"
	scratch      = Folder + "/tmp"
)

// manifest is the content of .godev/source.json.
type manifest struct {
	// Source identifies what the workspace was made from; empty while it is being changed.
	Source string `json:"source,omitempty"`
	// Files maps each path to the SHA-256 of what was written there: one, or several while it is being changed.
	Files map[string][]string `json:"files"`
}

func (m manifest) wrote(path, hash string) bool { return slices.Contains(m.Files[path], hash) }

// expecting returns a manifest that knows the files of m and those of next.
func (m manifest) expecting(next map[string]string) manifest {
	both := manifest{Files: map[string][]string{}}
	for path, hashes := range m.Files {
		both.Files[path] = slices.Clone(hashes)
	}
	for path, hash := range next {
		if !both.wrote(path, hash) {
			both.Files[path] = append(both.Files[path], hash)
		}
	}
	return both
}

// Current reports whether the workspace was completely made from the source with this identity.
func Current(dir, identity string) (bool, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return false, err
	}
	defer root.Close()
	m, err := readManifest(root)
	return m.Source == identity && identity != "", err
}

// Hashes returns those of the source with this identity, by path, if the workspace was completely made from it; else nil.
func Hashes(dir, identity string) (map[string]string, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	m, err := readManifest(root)
	if err != nil || m.Source != identity || identity == "" {
		return nil, err
	}
	hashes := map[string]string{}
	for name, known := range m.Files {
		if len(known) > 0 {
			hashes[name] = known[0] // what was adopted comes after the source's
		}
	}
	return hashes, nil
}

func readManifest(root *os.Root) (manifest, error) {
	content, err := root.ReadFile(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return manifest{}, nil
	}
	if err != nil {
		return manifest{}, err
	}
	var m manifest
	if err := json.Unmarshal(content, &m); err != nil {
		// a damaged manifest knows no file, so every file is the developer's and is kept
		return manifest{}, nil
	}
	return m, nil
}

func writeManifest(root *os.Root, m manifest) error {
	content, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	if err := root.MkdirAll(scratch, 0o755); err != nil {
		return err
	}
	const temporary = scratch + "/source.json"
	file, err := root.OpenFile(temporary, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(append(content, '\n'))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", manifestName, err)
	}
	return root.Rename(temporary, manifestName)
}
