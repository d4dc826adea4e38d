package workspace

import (
	"os"
	"path/filepath"
)

// write is an edit of the developer's.
func write(name, content string) func(string) error {
	return func(dir string) error {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, []byte(content), 0o644)
	}
}

func all(edits ...func(string) error) func(string) error {
	return func(dir string) error {
		for _, edit := range edits {
			if err := edit(dir); err != nil {
				return err
			}
		}
		return nil
	}
}
