// Command outside plays what a developer's network has between itself and the world, for tests.
package main

import (
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"

	"godev.io/testcluster/internal/outside"
)

const usage = `outside proxy --listen IP:PORT --ca-out FILE [--user NAME --password WORD]

An HTTP proxy that opens TLS with certificates of its own authority, whose certificate it writes to FILE.

outside modules --listen IP:PORT --tls-listen IP:PORT --ca-out FILE --user NAME --password WORD

A module proxy with the modules example.com/greeting and example.com/sleeper, in plain HTTP and with a certificate of
an authority of its own. The path of its URL says how it behaves: /public, /empty (404), /altered (another content),
/private (401 without the login), /forbidden (403 without it), /hidden (404 without it), /broken (503).

outside git --listen IP:PORT --tls-listen IP:PORT --ca-out FILE --folder DIR --user NAME --password WORD

A server of the bare Git repositories in DIR, in plain HTTP and with a certificate of an authority of its own: /open/ for
everybody, /private/ for those who log in.

They print "ready" when they listen, then a line per request.`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "outside:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 || !slices.Contains([]string{"proxy", "modules", "git"}, args[0]) {
		return errors.New("say what to play\n\n" + usage)
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	listen := flags.String("listen", "", "address and port")
	caOut := flags.String("ca-out", "", "file for the authority's certificate")
	user := flags.String("user", "", "user that clients must name")
	password := flags.String("password", "", "the user's password")
	tlsListen := ""
	folder := flags.String("folder", "", "folder of the repositories, for git")
	if args[0] != "proxy" {
		flags.StringVar(&tlsListen, "tls-listen", "", "address and port for TLS")
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch {
	case *listen == "" || *caOut == "":
		return fmt.Errorf("%s: --listen and --ca-out are needed", args[0])
	case args[0] == "proxy":
		return proxy(*listen, outside.Options{CAOut: *caOut, User: *user, Password: *password, Log: os.Stdout})
	case tlsListen == "" || *user == "" || *password == "":
		return fmt.Errorf("%s: --tls-listen, --user and --password are needed", args[0])
	}
	var handler http.Handler
	var err error
	if args[0] == "git" {
		handler, err = outside.NewGit(*folder, *user, *password, os.Stdout)
	} else {
		handler, err = outside.NewModules(*user, *password, os.Stdout)
	}
	if err != nil {
		return err
	}
	return serve(handler, *listen, tlsListen, *caOut)
}

func proxy(listen string, o outside.Options) error {
	handler, err := outside.NewProxy(o)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	return http.Serve(listener, handler)
}

// serve answers in plain HTTP and with an untrusted certificate.
func serve(handler http.Handler, listen, tlsListen, caOut string) error {
	host, _, err := net.SplitHostPort(tlsListen)
	if err != nil {
		return err
	}
	config, err := outside.UntrustedTLS(host, caOut)
	if err != nil {
		return err
	}
	plain, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	secure, err := tls.Listen("tcp", tlsListen, config)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	ended := make(chan error)
	for _, listener := range []net.Listener{plain, secure} {
		go func() { ended <- http.Serve(listener, handler) }()
	}
	return <-ended
}
