print("cmc")
