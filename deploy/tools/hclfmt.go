// Says what `terraform fmt -check` would: HCL that does not parse or is not laid out as usual. go run hclfmt.go <files>
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

func main() {
	code := 0
	for _, file := range os.Args[1:] {
		text, err := os.ReadFile(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if _, problems := hclwrite.ParseConfig(text, file, hcl.InitialPos); problems.HasErrors() {
			fmt.Fprintln(os.Stderr, problems)
			code = 1
		} else if formatted := hclwrite.Format(text); !bytes.Equal(formatted, text) {
			fmt.Fprintf(os.Stderr, "%s is not formatted; it should be:\n%s", file, formatted)
			code = 1
		}
	}
	os.Exit(code)
}
