package envvars

import "testing"

func TestGetTakesTheLast(t *testing.T) {
	vars := Vars{"A=1", "AB=2", "A=3=4"}
	for name, want := range map[string]string{"A": "3=4", "AB": "2", "B": ""} {
		if got := vars.Get(name); got != want {
			t.Errorf("Get(%q) = %q, want %q", name, got, want)
		}
	}
	if got := vars.With("A=5").Get("A"); got != "5" {
		t.Errorf("With: %q", got)
	}
	if got := vars.Get("A"); got != "3=4" {
		t.Errorf("With changed its receiver: %q", got)
	}
}

func TestGoFlags(t *testing.T) {
	tests := []struct{ flags, without, mod string }{
		{"", "", ""},
		{"-buildvcs=false -modcacherw", "-buildvcs=false -modcacherw", ""},
		{"-mod=mod -modcacherw", "-modcacherw", "mod"},
		{"--mod=readonly\t-modfile=x.mod  -v", "-v", "readonly"},
		{`'-ldflags=-s -mod=w' "-mod=vendor"`, `'-ldflags=-s -mod=w'`, "vendor"},
		{`-mod=mod -mod=vendor`, "", "vendor"},
		{`'-open`, `'-open`, ""},
	}
	for _, test := range tests {
		vars := Vars{"GOFLAGS=" + test.flags}
		if got := vars.WithoutGoFlags("mod", "modfile").Get("GOFLAGS"); got != test.without {
			t.Errorf("%q without: %q, want %q", test.flags, got, test.without)
		}
		if got := vars.GoFlag("mod"); got != test.mod {
			t.Errorf("%q mod: %q, want %q", test.flags, got, test.mod)
		}
	}
}
