/* export-script.c: a few lines for those who get an exported file. */
#include "export.h"

#include "code-text.h"

static const char torch_text[] =
    "# Export the PyTorch program too: it has the layers.\n"
    "import numpy as np, torch\n"
    "from PIL import Image\n"
    "from safetensors.torch import load_file\n"
    "from @MODULE@ import make_network\n"
    "network = make_network().eval()\n"
    "network.load_state_dict(load_file(\"@NAME@.safetensors\"), strict=False)\n"
    "picture = np.array(Image.open(\"digit.png\").convert(\"L\"), np.float32)\n"
    "print(network(torch.from_numpy(@PREPARED@)[None, None]).argmax().item())\n";

static const char onnx_text[] =
    "import numpy as np, onnxruntime\n"
    "from PIL import Image\n"
    "session = onnxruntime.InferenceSession(\"@NAME@.onnx\")\n"
    "picture = np.array(Image.open(\"digit.png\").convert(\"L\"), np.float32)\n"
    "answers = session.run(None, {\"input\": @PREPARED@[None, None]})[0]\n"
    "print(answers.argmax(), answers.max())\n";

static const char bytes_text[] =
    "import numpy as np, onnxruntime\n"
    "from PIL import Image\n"
    "session = onnxruntime.InferenceSession(\"@NAME@.onnx\")\n"
    "picture = np.array(Image.open(\"digit.png\").convert(\"L\"))\n"
    "answers = session.run(None, {\"pixels\": picture[None, None]})[0]\n"
    "print(answers.argmax(), answers.max())\n";

static const char c_text[] = "cc -O2 -std=c99 @NAME@.c -lm -o read-digit\n"
                             "./read-digit digit.pgm\n";

static const char pytorch_text[] =
    "import numpy as np, torch\n"
    "from PIL import Image\n"
    "from @MODULE@ import load_weights, make_network\n"
    "network = make_network()\n"
    "load_weights(network, \"@MODULE@.npz\")\n"
    "network.eval()\n"
    "picture = np.array(Image.open(\"digit.png\").convert(\"L\"), np.float32)\n"
    "print(network(torch.from_numpy(@PREPARED@)[None, None]).argmax().item())\n";

static const char keras_text[] =
    "import numpy as np\n"
    "from PIL import Image\n"
    "from @MODULE@ import load_weights, make_network\n"
    "network = make_network()\n"
    "load_weights(network, \"@MODULE@.npz\")\n"
    "picture = np.array(Image.open(\"digit.png\").convert(\"L\"), np.float32)\n"
    "print(np.argmax(network(@PREPARED@[None, ..., None])))\n";

/* NumPy's words for what the recipe makes of a picture. */
static char *
describe_preparation (const NnPrepareSpec *prepare)
{
  const char *scaled = prepare->scale == NN_SCALE_UNIT ? "(picture / 255)" : "picture";

  if (!prepare->standardise || prepare->fit == NULL)
    return g_strdup (scaled);
  g_autofree char *mean = nn_code_number (prepare->fit->numbers[0]);
  g_autofree char *deviation = nn_code_number (prepare->fit->numbers[1]);
  return g_strdup_printf ("((%s - np.float32(%s)) / np.float32(%s))", scaled, mean, deviation);
}

/* A recipe's name, as Python takes it: letters, digits and underscores. */
static char *
module_name (const char *name)
{
  g_autofree char *plain = g_strdup (name);

  for (char *c = plain; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c))
      *c = '_';
  return g_strconcat (g_ascii_isdigit (*plain) ? "network_" : "", plain, NULL);
}

char *
nn_export_file_name (const NnExperiment *experiment, NnExportFormat format)
{
  gboolean is_module = format == NN_EXPORT_KERAS || format == NN_EXPORT_PYTORCH;
  g_autofree char *module = module_name (experiment->name);
  char *name = g_strconcat (is_module ? module : experiment->name, nn_export_suffix (format), NULL);

  return g_strdelimit (name, "/", '-');
}

char *
nn_export_script (const NnExperiment *experiment, NnExportFormat format, NnOnnxInput input)
{
  static const char *const texts[] = {torch_text, onnx_text, c_text, keras_text, pytorch_text};
  gboolean is_bytes = format == NN_EXPORT_ONNX && input == NN_ONNX_BYTES;
  GString *text = g_string_new (is_bytes ? bytes_text : texts[format]);
  g_autofree char *module = module_name (experiment->name);
  g_autofree char *prepared = describe_preparation (&experiment->prepare);

  g_string_replace (text, "@PREPARED@", prepared, 0);
  g_string_replace (text, "@MODULE@", module, 0);
  g_string_replace (text, "@NAME@", experiment->name, 0);
  return g_string_free (text, FALSE);
}
