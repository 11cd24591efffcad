"""How things are said on the wire: codecs and signatures, one module each."""
