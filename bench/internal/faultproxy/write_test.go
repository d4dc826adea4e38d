package faultproxy

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhatChangesSomethingIsAWrite(t *testing.T) {
	for request, want := range map[string]string{
		"POST /api/v1/namespaces/a/pods":                 "create pods web",
		"POST /api/v1/namespaces/a/pods?fieldManager=x":  "create pods web",
		"DELETE /api/v1/namespaces/a/pods/web":           "delete pods web",
		"PATCH /api/v1/namespaces/a/pods/web/resize":     "patch pods/resize web",
		"GET /api/v1/namespaces/a/pods/web":              "",
		"POST /api/v1/namespaces/a/pods?dryRun=All":      "",
		"PATCH /api/v1/namespaces/a/pods/web?dryRun=All": "",
		"POST /version": "",
	} {
		method, url, _ := strings.Cut(request, " ")
		got, ok := write(httptest.NewRequest(method, url, nil), []byte(`{"metadata":{"name":"web"}}`))
		if ok != (want != "") || ok && got.Key() != want {
			t.Errorf("%s: %v, %q", request, ok, got.Key())
		}
	}
}
