package image

import (
	"archive/tar"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"strings"
	"time"
)

// Config is how a container of the image starts, with the names of the OCI image specification.
type Config struct {
	User       string            `json:"User,omitempty"`
	Env        []string          `json:"Env,omitempty"`
	Entrypoint []string          `json:"Entrypoint,omitempty"`
	Cmd        []string          `json:"Cmd,omitempty"`
	WorkingDir string            `json:"WorkingDir,omitempty"`
	Labels     map[string]string `json:"Labels,omitempty"`
}

// Image is an image to be written: names, how it starts, layers from the lowest up.
type Image struct {
	Names  []string
	Config Config
	Layers []Layer
}

type rootFS struct {
	Type    string   `json:"type"`
	DiffIDs []string `json:"diff_ids"`
}

type history struct {
	Created   time.Time `json:"created"`
	CreatedBy string    `json:"created_by"`
}

type configFile struct {
	Created      time.Time `json:"created"`
	Architecture string    `json:"architecture"`
	OS           string    `json:"os"`
	Config       Config    `json:"config"`
	RootFS       rootFS    `json:"rootfs"`
	History      []history `json:"history"`
}

type manifest struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// config returns the image's configuration in JSON; its digest is the image's id.
func (i Image) config() ([]byte, error) {
	c := configFile{
		Created:      epoch.UTC(),
		Architecture: runtime.GOARCH,
		OS:           "linux",
		Config:       i.Config,
		RootFS:       rootFS{Type: "layers"},
	}
	for _, layer := range i.Layers {
		c.RootFS.DiffIDs = append(c.RootFS.DiffIDs, "sha256:"+layer.DiffID)
		c.History = append(c.History, history{Created: epoch.UTC(), CreatedBy: "testcluster"})
	}
	return json.Marshal(c)
}

// ID returns the digest of the image's configuration, which names the digests of all layers: two images with one id
// have the same content. The names are not part of it.
func (i Image) ID() (string, error) {
	c, err := i.config()
	return digest(c), err
}

// Write writes the image as a docker-archive: manifest.json, the configuration, and one tar per layer.
func (i Image) Write(out io.Writer) error {
	config, err := i.config()
	if err != nil {
		return err
	}
	m := manifest{Config: digest(config) + ".json", RepoTags: i.Names}
	for _, layer := range i.Layers {
		m.Layers = append(m.Layers, layer.DiffID+"/layer.tar")
	}
	manifests, err := json.Marshal([]manifest{m})
	if err != nil {
		return err
	}
	w := tar.NewWriter(out)
	if err := put(w, "manifest.json", manifests); err != nil {
		return err
	}
	if err := put(w, m.Config, config); err != nil {
		return err
	}
	written := map[string]bool{}
	for n, layer := range i.Layers {
		if written[layer.DiffID] {
			continue
		}
		written[layer.DiffID] = true
		if err := copyLayer(w, m.Layers[n], layer.Path); err != nil {
			return err
		}
	}
	return w.Close()
}

func put(w *tar.Writer, name string, content []byte) error {
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(content)), ModTime: epoch}); err != nil {
		return err
	}
	_, err := w.Write(content)
	return err
}

func copyLayer(w *tar.Writer, name, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: info.Size(), ModTime: epoch}); err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

// Describe returns the names and the id of the image in a docker-archive file.
func Describe(file string) (names []string, id string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	r := tar.NewReader(f)
	for {
		header, err := r.Next()
		if err != nil {
			return nil, "", fmt.Errorf("%s: not an image archive: no manifest.json: %w", file, err)
		}
		if header.Name != "manifest.json" {
			continue
		}
		var manifests []manifest
		if err := json.NewDecoder(r).Decode(&manifests); err != nil {
			return nil, "", fmt.Errorf("%s: manifest.json: %w", file, err)
		}
		if len(manifests) != 1 {
			return nil, "", fmt.Errorf("%s: %d images in one archive, want 1", file, len(manifests))
		}
		return manifests[0].RepoTags, strings.TrimSuffix(path.Base(manifests[0].Config), ".json"), nil
	}
}
