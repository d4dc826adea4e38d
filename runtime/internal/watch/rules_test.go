package watch

import "testing"

func TestFilesThatCount(t *testing.T) {
	r, err := newRules([]string{"gen", "web/dist/**", "*_gen.go", "**/*.pb.go", "cmd/*/debug.go", "top/**"})
	if err != nil {
		t.Fatal(err)
	}
	r.embeds = newEmbeds([]Embed{{"web", "static"}, {"web", "all:hidden"}, {".", "testdata/*.txt"}, {"web", "dist/index.html"}, {"x", "a b.html"}})
	tests := map[string]bool{
		"main.go": true, "a/b/c.go": true, "a/b.s": true, "a/b.h": true, "a/b.syso": true,
		"go.mod": true, "go.sum": true, "go.work": true, "nested/go.mod": true, "vendor/modules.txt": true,
		"main_test.go": false, "README.md": false, "_x.go": false, ".x.go": false,
		".git/x.go": false, "a/.idea/x.go": false, "_old/x.go": false, "testdata/x.go": false, "a/testdata/x.go": false,
		"vendor/x/x.go": false, "node_modules/x/x.go": false,
		"main.go~": false, ".main.go.swp": false, ".#main.go": false, "#main.go#": false, "4913": false,
		"main.go___jb_tmp___": false, "main.go___jb_old___": false, "main.go.tmp": false, ".goutputstream-ABCDEF": false, "sedAbC123": false,
		"gen/x.go": false, "a/gen/x.go": false, "a/b/gen/c/x.go": false, "gen.go": true, "agen/x.go": true,
		"x_gen.go": false, "a/b/x_gen.go": false, "top/x.go": false, "a/top/x.go": true, "web/dist/x.go": false, "a/x.pb.go": false, "x.pb.go": false,
		"cmd/a/debug.go": false, "cmd/debug.go": true,
		"web/static/a.css": true, "web/static/deep/a.css": true, "web/static/.a.css": false, "web/static/deep/_a": false, "web/a.css": false,
		"web/hidden/.a.css": true, "web/hidden/.a.css.swp": false, "testdata/a.txt": true, "testdata/deep/a.txt": false,
		"web/dist/index.html": false, "x/a b.html": true,
	}
	for name, want := range tests {
		if got := r.file(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestFoldersThatCount(t *testing.T) {
	r, err := newRules([]string{"gen/", "web/dist/**"})
	if err != nil {
		t.Fatal(err)
	}
	r.embeds = newEmbeds([]Embed{{".", "testdata/*/a.txt"}, {"web", ".well-known"}})
	tests := map[string]bool{
		".": true, "a": true, "a/b": true, "vendor": true, "gen": false, "gen/a": false, "a/gen": false, "a/gen/b": false, "a/web/dist": true, "web/dist/a": false,
		"vendor/a": false, ".git": false, "a/testdata": false,
		"testdata": true, "testdata/x": true, "testdata/x/y": false, "web/.well-known": true, "web/.well-known/x": true, "web/.other": false,
	}
	for name, want := range tests {
		if got := r.folder(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAGlobThatIsNone(t *testing.T) {
	for _, glob := range []string{"[", "a/[b", "**/["} {
		if CheckExclude([]string{glob}) == nil {
			t.Errorf("%s is taken", glob)
		}
	}
	if err := CheckExclude([]string{"a/**/b", "*.go", "[ab]/c"}); err != nil {
		t.Error(err)
	}
}
